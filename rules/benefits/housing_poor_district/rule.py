"""Dự án 5: for poor districts only, so never for Kim Bảng, whatever other pages say."""

from __future__ import annotations

from rules.law import Law
from rules.tree import Case
from rules.verdict import Decision, no


def rule(case: Case, law: Law) -> Decision:
    """Decide one household."""
    return no()
