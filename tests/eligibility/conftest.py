"""A talk for each test."""

from __future__ import annotations

import pytest

from handlers.turn import Knowledge
from tests.eligibility.talking import Talk


@pytest.fixture
def talk(knowledge: Knowledge) -> Talk:
    return Talk(knowledge)
