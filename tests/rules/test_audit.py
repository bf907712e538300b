"""The audit of the rules: what the decrees say, written down by somebody who had not read the rules."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from rules.assess import Assessor
from rules.verdict import Result

_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_FILE: Final = Path(__file__).parent / "audit.yaml"
_KEYS: Final = {"name", "day", "facts", "expect", "amount", "figures", "confidence", "instead"}

Case = dict[str, Any]


def _groups() -> Iterator[tuple[str, list[Case]]]:
    """Each benefit with its cases; a benefit may stand in several groups."""
    for group in yaml.load(_FILE.read_text(encoding="utf-8"), Loader=_LOADER):  # noqa: S506  # a safe loader
        yield group["benefit"], group["cases"]


GROUPS: Final = list(_groups())


@pytest.mark.parametrize(("slug", "cases"), GROUPS, ids=[f"{place}-{slug}" for place, (slug, _) in enumerate(GROUPS)])
def test_the_rules_say_what_the_law_says(assessor: Assessor, slug: str, cases: list[Case]) -> None:
    """Verdict, amount, figures, confidence and what is paid instead; all differences of a group at once."""
    differences = [text for case in cases for text in _differences(assessor, slug, case)]
    assert not differences, "\n".join(differences)


def test_the_audit_is_complete(assessor: Assessor) -> None:
    """Every benefit is audited with a refusal or an open answer, and no case is written twice."""
    audited = {slug for slug, _ in GROUPS}
    assert audited == {benefit.slug for benefit in assessor.engine.catalogue}
    for slug in audited:
        cases = [case for group, each in GROUPS if group == slug for case in each]
        assert {case["expect"] for case in cases} & {"not_eligible", "unknown"}, slug
        assert not [case["name"] for case in cases if set(case) - _KEYS], slug
        written = [(case["day"], sorted(case["facts"].items()), case.get("instead")) for case in cases]
        assert all(written.count(each) == 1 for each in written), slug


def _differences(assessor: Assessor, slug: str, case: Case) -> Iterator[str]:
    found = assessor.assess(case["facts"], case["day"], None if "instead" in case else slug).results
    (result,) = [each for each in found if each.benefit == slug]
    for key, value in _wanted(case).items():
        got = _got(result, key)
        if got != value:
            yield f"{slug} {case['day']}, {case['name']}: {key} {got}, by law {value} (missing {result.missing})"


def _wanted(case: Case) -> dict[str, object]:
    wanted: dict[str, object] = {"verdict": case["expect"]}
    wanted |= {key: case[key] for key in ("amount", "confidence", "instead") if key in case}
    return wanted | {f"figure {key}": float(value) for key, value in case.get("figures", {}).items()}


def _got(result: Result, key: str) -> object:
    if key.startswith("figure "):
        return next((float(each.value) for each in result.figures if f"figure {each.key}" == key), None)
    return getattr(result, key)
