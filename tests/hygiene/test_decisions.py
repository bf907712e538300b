"""Decision records: one number each, none left out, all of them in the index."""

from __future__ import annotations

import re
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "docs" / "decisions"
RECORDS = sorted(file for file in FOLDER.glob("*.md") if file.name != "README.md")


def test_numbers_run_from_one_without_gap_or_double() -> None:
    """A gap looks like a page that was taken away."""
    assert [file.name[:4] for file in RECORDS] == [f"{number:04}" for number in range(1, len(RECORDS) + 1)]


def test_the_heading_has_the_number_of_the_file_and_the_index_has_its_words() -> None:
    """Whoever looks for a decision reads the index only."""
    rows = re.findall(r"^\| \[(\d{4})\]\((\S+)\) \| (.+) \|$", (FOLDER / "README.md").read_text("utf-8"), re.MULTILINE)
    expected = []
    for file in RECORDS:
        heading = file.read_text(encoding="utf-8").splitlines()[0]
        number, _, title = heading.removeprefix("# ").partition(". ")
        assert int(number) == int(file.name[:4]), file.name
        expected.append((file.name[:4], file.name, title))
    assert rows == expected
