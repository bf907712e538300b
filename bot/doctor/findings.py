"""What a look at an installation found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum


class Level(IntEnum):
    """How bad it is; also the exit code of the command."""

    OK = 0
    WARN = 1
    BAD = 2


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: what was looked at, how it is, and what to do where it is not well."""

    check: str
    level: Level
    said: str
    to_do: str = ""


def good(check: str, said: str) -> Finding:
    return Finding(check, Level.OK, said)


def warn(check: str, said: str, to_do: str) -> Finding:
    return Finding(check, Level.WARN, said, to_do)


def bad(check: str, said: str, to_do: str) -> Finding:
    return Finding(check, Level.BAD, said, to_do)


def worst(findings: Sequence[Finding]) -> Level:
    """The level of the whole."""
    return max((each.level for each in findings), default=Level.OK)
