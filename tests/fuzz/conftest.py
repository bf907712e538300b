"""What the targets work on, made once for the module of each run."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from handlers.turn import Knowledge
from tests.fuzz.benches import Benches
from tests.turns.conftest import engines, few_words, outlet

__all__ = ["benches", "engines", "few_words", "outlet"]


@pytest.fixture(scope="module")
def benches(knowledge: Knowledge) -> Iterator[Benches]:
    with Benches(knowledge) as made:
        yield made
