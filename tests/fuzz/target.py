"""What is fuzzed: where the examples come from, and what must hold for each."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Any, Final

from hypothesis.strategies import SearchStrategy

_HANGING_S: Final = 20.0


@dataclass(frozen=True, slots=True)
class Target:
    """`check` raises where an example breaks what must hold; it gets the bench it asked for and the example."""

    name: str
    examples: SearchStrategy[Any]
    check: Callable[..., None]
    bench: str = ""
    """What it needs beside the example: a fixture of `test_*.py`, made once."""
    in_suite: int = 25
    """How many examples the suite tries; 0 where another test of the suite does, and building the bench takes long."""


class TooManyStepsError(AssertionError):
    """Reading took more function calls than its input allows."""


@contextmanager
def at_most(steps: int) -> Iterator[None]:
    """Fails where more functions are called than that: the same on every machine, unlike seconds.

    Work inside one call (a regular expression) is not counted; `never_hanging` ends that.
    """
    counted = 0

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal counted
        if event in ("call", "c_call"):
            counted += 1

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        yield
    finally:
        sys.setprofile(before)
    if counted > steps:
        raise TooManyStepsError(f"{counted} calls, allowed were {steps}")


@contextmanager
def never_hanging(seconds: float = _HANGING_S) -> Iterator[None]:
    """Ends a call that computes without end, by the processor time used, so that a busy machine fails nothing."""

    def end(_number: int, _frame: FrameType | None) -> None:
        raise TooManyStepsError(f"more than {seconds} s of computing in one call")

    before = signal.signal(signal.SIGVTALRM, end)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
