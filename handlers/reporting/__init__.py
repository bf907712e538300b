"""Reports between the register and the rules: the frame of the locality, cases, effects, notices, and words."""
