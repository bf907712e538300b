"""`overrides.yaml`: what a place adds to the national minimum, by a document that has a number."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from content import localities, overrides
from content.errors import ContentError
from rules import parameters
from rules.errors import RulesError, UnknownParameterError
from rules.local import with_overrides

LINE = """
- parameter: health_insurance.support.near_poor
  value: {value}
  from: 2026-02-01
  to: 2027-02-01
  document: {document}
  source: công báo của tỉnh
"""


def _written(tmp_path: Path, text: str) -> Path:
    (tmp_path / "somewhere").mkdir()
    (tmp_path / "somewhere" / "overrides.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def test_both_localities_have_the_file_and_nothing_in_it() -> None:
    """No document is known, so nothing but the national minimum is promised."""
    for slug in localities.known():
        assert (localities.FOLDER / slug / overrides.FILE_NAME).is_file()
        assert overrides.load(slug) == ()


def test_a_line_replaces_the_national_figure_on_its_days_only(tmp_path: Path) -> None:
    """The day before and the day after have the national one, each side of it untouched."""
    folder = _written(tmp_path, LINE.format(value="100", document="NQ 99/2026/NQ-HĐND"))
    law = with_overrides(parameters.load(), overrides.load("somewhere", folder))
    national = parameters.load()
    id_ = "health_insurance.support.near_poor"
    assert law.value(id_, date(2026, 2, 1)) == 100
    assert law.line(id_, date(2027, 1, 31)).law == "NQ 99/2026/NQ-HĐND"
    for day in (date(2026, 1, 31), date(2027, 2, 1)):
        assert law.value(id_, day) == national.value(id_, day) != 100


def test_a_figure_with_decimals_stays_exact(tmp_path: Path) -> None:
    """Percentages are no floats."""
    folder = _written(tmp_path, LINE.format(value="82.5", document="NQ 99/2026/NQ-HĐND"))
    assert overrides.load("somewhere", folder)[0].value == Decimal("82.5")


def test_a_line_without_document_or_with_a_wrong_field_is_refused(tmp_path: Path) -> None:
    """The message names the file."""
    folder = _written(tmp_path, LINE.format(value="100", document='" "'))
    with pytest.raises(ContentError, match="needs its document"):
        overrides.load("somewhere", folder)
    (folder / "somewhere" / "overrides.yaml").write_text("- {parameter: a.b, amount: 3}", encoding="utf-8")
    with pytest.raises(ContentError, match=r"overrides\.yaml"):
        overrides.load("somewhere", folder)


def test_a_document_needs_a_number_and_the_parameter_must_exist(tmp_path: Path) -> None:
    """ "A resolution" is no document; a slip in the id would change nothing."""
    folder = _written(tmp_path, LINE.format(value="100", document="nghị quyết của tỉnh"))
    with pytest.raises(RulesError, match="number of its document"):
        with_overrides(parameters.load(), overrides.load("somewhere", folder))
    text = LINE.format(value="100", document="NQ 9/2026").replace("near_poor", "nearpoor")
    (folder / "somewhere" / "overrides.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(UnknownParameterError):
        with_overrides(parameters.load(), overrides.load("somewhere", folder))
