"""Figures for Prometheus: counted in the process, read from the database when they are asked for, without people."""
