"""docs/privacy.md tells of every field of the schema, of every period, and nothing else."""

from __future__ import annotations

import re

from docs.privacy import BEGIN, PAGE, classes, fields, made, problems
from handlers.sealed_columns import SEALED
from storage.retention import DEFAULTS
from storage.tables import metadata


def test_every_field_has_a_row() -> None:
    """A new column is added to docs/privacy_fields.yaml; then `python -m docs.privacy`."""
    assert problems() == []


def test_a_new_column_is_noticed() -> None:
    """Taken out of the file, it is missing by name."""
    said = fields()
    assert "chat" in classes(said["conversations"])
    assert len([line for line in made().splitlines() if line.startswith("| `")]) == sum(
        len(table.columns) for table in metadata.tables.values()
    )


def test_the_page_is_up_to_date() -> None:
    """The made part is what the program makes."""
    assert PAGE.read_text(encoding="utf-8").partition(BEGIN)[2].strip() == made().partition(BEGIN)[2].strip(), (
        "run: python -m docs.privacy"
    )


def test_the_periods_of_the_page_are_the_defaults() -> None:
    """By name and days, in their order."""
    above = PAGE.read_text(encoding="utf-8").partition(BEGIN)[0]
    rows = re.findall(r"^\| ([a-z_]+) \| (\d+) \|", above, re.MULTILINE)
    assert {name: int(days) for name, days in rows} == DEFAULTS


def test_what_is_encrypted_is_no_plain_field() -> None:
    """A column that is worth encrypting says something about a person, or opens something."""
    said = fields()
    for sealed in SEALED:
        assert classes(said[sealed.table.name])[sealed.column.name] != "plain", sealed.place
