"""Time and chance come from outside: what depends on today's date can be asked about any day."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.hygiene import tree

# Below these the clock is a parameter. `bot` owns the one clock and passes it in.
_CORE = ("rules", "content", "handlers", "storage", "desk")
_CLOCKS = {"now", "utcnow", "today", "time", "monotonic", "perf_counter"}
_CLOCK_OWNERS = {"datetime", "date", "time"}
_CHANCE = {"random", "secrets", "uuid"}


def _clock_calls(module: ast.Module) -> Iterator[ast.Call]:
    for node in ast.walk(module):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in _CLOCKS
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id in _CLOCK_OWNERS
        ):
            yield node


def test_the_core_has_no_clock() -> None:
    """Not even one with a time zone."""
    found = [f"{path}:{call.lineno}" for path, module in tree.modules(*_CORE).items() for call in _clock_calls(module)]
    assert found == []


def test_nobody_asks_for_a_time_without_a_zone() -> None:
    """A naive now means another moment on each machine."""
    naive = [
        f"{path}:{call.lineno}"
        for path, module in tree.modules(*tree.PACKAGES, "tests", "benchmarks").items()
        for call in _clock_calls(module)
        if isinstance(call.func, ast.Attribute)
        and (call.func.attr in ("utcnow", "today") or (call.func.attr == "now" and not (call.args or call.keywords)))
    ]
    assert naive == []


def test_the_core_leaves_nothing_to_chance() -> None:
    """New ids and codes are passed in; a turn run again gives the same answer."""
    found = [
        f"{path}:{node.lineno}"
        for path, module in tree.modules("rules", "content", "handlers", "storage").items()
        for node in ast.walk(module)
        if (isinstance(node, ast.Import) and any(alias.name.split(".")[0] in _CHANCE for alias in node.names))
        or (
            isinstance(node, ast.ImportFrom)
            and (node.module or "").split(".")[0] in _CHANCE
            # A generator with its seed that the caller passes in.
            and [alias.name for alias in node.names] != ["Random"]
        )
    ]
    assert found == []
