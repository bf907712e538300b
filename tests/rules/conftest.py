"""The rules, loaded once for all tests of this folder."""

from __future__ import annotations

from datetime import date

import pytest

from rules import assess
from rules.assess import Assessor

TODAY = date(2026, 11, 24)


@pytest.fixture(scope="session")
def assessor() -> Assessor:
    """The national law."""
    return assess.load()


@pytest.fixture
def today() -> date:
    """The day the law sheets were checked."""
    return TODAY
