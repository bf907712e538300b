"""Says at the end which files are growing too long."""

from __future__ import annotations

import pytest

from tests.hygiene import tree


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """A warning would be an error here; a line at the end is enough."""
    growing = {path: lines for path, lines in tree.lines_of_code().items() if lines > tree.WARN_AT}
    for path, lines in sorted(growing.items()):
        terminalreporter.write_line(f"{path} has {lines} lines; {tree.REFUSE_AT} is the limit")
