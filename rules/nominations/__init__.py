"""Nominations for commendation: who may be put forward, by which criteria, and what a nomination must say."""
