"""The review of a report: one table of who may do what with it in which state, and what state follows.

Who is who comes from the locality's route: the level that checks, the level that decides. Where no level checks, a new
report waits for the decision at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

State = Literal["sent", "checking", "asked", "checked", "deciding", "approved", "refused", "withdrawn", "joined"]
Part = Literal["sender", "checker", "decider"]
Move = Literal[
    "send", "take", "ask", "answer", "correct", "forward", "back", "approve", "refuse", "reopen", "withdraw", "join"
]

STATES: Final[tuple[State, ...]] = (
    "sent", "checking", "asked", "checked", "deciding", "approved", "refused", "withdrawn", "joined",
)  # fmt: skip
BEGINNING: Final = "*"
"""As the state that follows: where a new report begins on this route."""

MOVES: Final[Mapping[tuple[str, Part], Mapping[Move, str]]] = {
    ("sent", "sender"): {"correct": BEGINNING, "withdraw": "withdrawn"},
    ("sent", "checker"): {
        "take": "checking",
        "ask": "asked",
        "correct": "sent",
        "forward": "checked",
        "refuse": "refused",
    },
    ("checking", "sender"): {"withdraw": "withdrawn"},
    ("checking", "checker"): {"ask": "asked", "correct": "checking", "forward": "checked", "refuse": "refused"},
    ("asked", "sender"): {"answer": BEGINNING, "correct": BEGINNING, "withdraw": "withdrawn"},
    ("checked", "sender"): {"withdraw": "withdrawn"},
    ("checked", "decider"): {
        "take": "deciding",
        "ask": "asked",
        "back": BEGINNING,
        "correct": "checked",
        "approve": "approved",
        "refuse": "refused",
    },
    ("deciding", "decider"): {
        "ask": "asked",
        "back": BEGINNING,
        "correct": "deciding",
        "approve": "approved",
        "refuse": "refused",
    },
    ("approved", "decider"): {"reopen": "checked"},
    ("refused", "decider"): {"reopen": "checked"},
    ("joined", "sender"): {"withdraw": "withdrawn"},
}
"""State x part -> the moves and the state that follows. Everything else is refused."""

NEEDS_REASON: Final[frozenset[str]] = frozenset({"ask", "answer", "back", "refuse", "reopen"})
OPEN: Final[frozenset[str]] = frozenset({"sent", "checking", "asked", "checked", "deciding"})
WAITING_FOR: Final[Mapping[Part, tuple[State, ...]]] = {
    "sender": ("asked",),
    "checker": ("sent", "checking"),
    "decider": ("checked", "deciding"),
}
"""Whose turn it is."""


@dataclass(frozen=True, slots=True)
class Route:
    """The levels of a locality that check and decide; `checks` is empty where none does."""

    decides: str
    checks: str = ""

    @property
    def beginning(self) -> State:
        """The state of a new report."""
        return "sent" if self.checks else "checked"

    def part(self, level: str) -> Part | None:
        """The part of a level in the review."""
        if level == self.decides:
            return "decider"
        return "checker" if level and level == self.checks else None


def route_of(steps: Iterable[tuple[str, str]]) -> Route:
    """The route of (level, what it does) pairs as a locality names them."""
    checks, decides = "", ""
    for level, does in steps:
        if does == "check":
            checks = level
        elif does in ("decide", "check_and_decide"):
            decides = level
    if not decides:
        raise ValueError("a review route needs a level that decides")
    return Route(decides, checks)


def allowed(state: str, parts: Iterable[Part]) -> list[Move]:
    """The moves of somebody with these parts, in the order of the table."""
    found: dict[Move, None] = {}
    for part in parts:
        found.update(dict.fromkeys(MOVES.get((state, part), {})))
    return list(found)


def following(route: Route, state: str, parts: Iterable[Part], move: str) -> str | None:
    """The state after a move, or None where these parts may not make it."""
    for part in parts:
        for name, after in MOVES.get((state, part), {}).items():
            if name == move:
                return route.beginning if after == BEGINNING else after
    return None
