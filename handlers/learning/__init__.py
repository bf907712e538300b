"""Learning from what was asked: the log of questions without their askers, and changes of articles by officers."""
