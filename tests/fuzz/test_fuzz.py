"""A few fixed examples of every target; `python -m tests.fuzz.long` looks for new ones."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from tests.fuzz import all_targets
from tests.fuzz.benches import Benches
from tests.fuzz.talking import missing
from tests.fuzz.target import Target, TooManyStepsError, at_most, never_hanging

# Pages are tried in the suite by tests/security/test_described.py.
TARGETS = [target for target in all_targets() if target.in_suite]


@pytest.mark.parametrize("target", TARGETS, ids=[target.name for target in TARGETS])
def test_made_up_input_breaks_nothing(benches: Benches, target: Target) -> None:
    """What the target says must hold; an example that failed once stands in test_found.py."""

    @settings(
        max_examples=target.in_suite,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(target.examples)
    def run(example: Any) -> None:
        benches.check(target, example)

    run()


def test_every_interview_is_walked_into(benches: Benches) -> None:
    """A new kind needs an opening in walks.py."""
    assert missing(benches.talk) == set()


def test_steps_are_counted() -> None:
    """The same number on every machine; one more than allowed fails."""
    with at_most(9):
        len(str(1))
    with pytest.raises(TooManyStepsError), at_most(100):
        [len(str(number)) for number in range(100)]


def test_a_call_without_end_is_ended() -> None:
    """Also one within a regular expression."""
    with pytest.raises(TooManyStepsError), never_hanging(0.05):
        re.fullmatch("(a*)*b", "a" * 40)
