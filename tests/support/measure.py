"""Measures what the tests reach: `make coverage` has every process of a test run read this at its start."""

from __future__ import annotations

import os

import coverage  # there while `make coverage` runs

# The processes that share out the tests are measured; what a test starts in its turn is timed, killed or weighed.
if "PYTEST_XDIST_WORKER" not in os.environ:
    os.environ["COVERAGE_PROCESS_START"] = "pyproject.toml"
    coverage.process_startup()
