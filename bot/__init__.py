"""Assembles and runs: the only package that knows all the others."""
