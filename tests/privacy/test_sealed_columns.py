"""No encrypted column, and no hash made with a key, is missing from the registry that a rotation goes by."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from handlers.sealed_columns import CODES, NOT_KEYED, SEALED, hash_columns
from storage.database import Database
from storage.keys import Keys
from storage.rotation import SEALED_TEXT
from storage.tables import metadata
from tests.hygiene import tree
from tests.linked.conftest import Commune, commune  # noqa: F401  # the fixture
from tests.privacy.filling import dump, texts

_ROOT: Final = Path(__file__).parents[2]
_HASH: Final = re.compile(r"(^|_)(hash|sha256)$")
_TOLD: Final = re.compile(r"ciphertext|encrypted", re.IGNORECASE)
_COLUMN: Final = re.compile(r'Column\("(\w+)"')
_TABLE: Final = re.compile(r"^(\w+): Final = Table\($")
_ENCRYPTS: Final = re.compile(r"\bkeys\.encrypt\(")
_REGISTRY: Final = "handlers/sealed_columns.py"

# Modules that encrypt, and the columns that they write. `keys.encrypt` anywhere else is a new place.
_WRITERS: Final = {
    "storage/register/protected.py": (
        "households.phone_encrypted", "members.id_number_encrypted", "members.disability_encrypted", "changes.items",
    ),
    "storage/photos.py": ("photos.data",),
    "storage/media_fetches.py": ("media_fetches.ref",),
    "storage/zalo.py": ("zalo_oa_tokens.access_token", "zalo_oa_tokens.refresh_token"),
    "handlers/reporting/told.py": ("reports.fields",),
    "handlers/actions/reports.py": ("report_moves.reason",),
    "handlers/actions/report_files.py": ("report_files.content",),
    "handlers/nominating/told.py": ("nominations.told",),
    "handlers/actions/nominations.py": ("nomination_moves.reason", "nomination_files.content"),
    "handlers/newsroom/draft.py": ("news_versions.consent",),
    "handlers/actions/dialogues.py": ("dialogue_questions.text",),
    "handlers/actions/findings.py": ("finding_outcomes.note",),
    "handlers/actions/desk.py": ("desk_factors.secret",),
    "handlers/actions/uploads.py": ("files.data",),
    "handlers/actions/inbox_replies.py": ("files.data",),
    "handlers/actions/privacy.py": ("files.data",),
    "handlers/learning/asking.py": ("question_log.text",),
    "handlers/cases/sealing.py": (
        "cases.person", "case_entries.text", "case_entries.file", "conversations.state", "account_drafts.draft",
    ),
    "bot/doctor/machine.py": (),  # a probe that is stored nowhere
}  # fmt: skip


def _known() -> set[str]:
    return {each.place for each in SEALED}


def test_every_hash_of_the_schema_is_known() -> None:
    """Made anew, a code that runs out, or made without a key."""
    found = {f"{t.name}.{c.name}" for t in metadata.sorted_tables for c in t.columns if _HASH.search(c.name)}
    codes = {f"{each.column.table.name}.{each.column.name}" for each in CODES}
    known = {*hash_columns(), *codes, *NOT_KEYED}
    assert found <= known, f"add to {_REGISTRY}: {sorted(found - known)}"
    assert known <= {f"{t.name}.{c.name}" for t in metadata.sorted_tables for c in t.columns}


def test_every_column_that_says_it_is_ciphertext_is_known() -> None:
    """By its name, or by the comment above it in storage/tables*.py."""
    found: set[str] = set()
    for file in sorted((_ROOT / "storage").glob("tables*.py")):
        table, told = "", False
        for line in file.read_text(encoding="utf-8").splitlines():
            if begun := _TABLE.match(line):
                table = begun[1]
            if line.strip().startswith("#"):
                told = told or bool(_TOLD.search(line))
            elif column := _COLUMN.search(line):
                if told or column[1].endswith("_encrypted"):
                    found.add(f"{table}.{column[1]}")
                told = False
            elif line.strip():
                told = told and line.startswith("    ")
    assert len(found) > 15
    # "Both encrypted" above the first of two columns speaks for the second one as well; changes say it in a sentence.
    assert found <= _known(), f"add to {_REGISTRY}: {sorted(found - _known())}"


def test_every_module_that_encrypts_is_known() -> None:
    """A new place that encrypts says here which column it writes, and that column is in the registry."""
    found = {
        tree.name(path)
        for path in tree.files()
        if path.suffix == ".py" and tree.name(path).split("/")[0] in tree.PACKAGES
        and _ENCRYPTS.search(path.read_text(encoding="utf-8"))
    }  # fmt: skip
    assert found == set(_WRITERS), f"name the columns in this test and in {_REGISTRY}"
    assert {column for columns in _WRITERS.values() for column in columns} == _known()


async def test_what_is_written_in_earnest_is_known_and_opens(commune: Commune) -> None:  # noqa: F811
    """Reports, photos, notes and questions through the product itself: no ciphertext outside the registry, and each one
    opens in the context that the registry says.
    """
    await commune.linked()
    phones, keys = commune.phones, commune.place.keys
    await commune.place.approved(commune.place.death())
    await phones["citizen"].talk(
        "hộ nghèo vay vốn được bao nhiêu", "nhắn cho cán bộ", "1", "Thụy Lôi", "Mẫu", "được", "1"
    )
    seen = await _opened(commune.database, keys)
    assert {"reports.fields", "report_moves.reason", "case_entries.text", "cases.person"} <= seen


async def _opened(database: Database, keys: Keys) -> set[str]:
    by_place = {each.place: each for each in SEALED}
    ids, seen = {key.id for key in keys.all()}, set()
    async with database.read() as connection:
        everything = await dump(connection)
    for table, rows in everything.items():
        for row in rows:
            for column, text in texts(row).items():
                for value in SEALED_TEXT.findall(text):
                    if value.partition(".")[0] not in ids:
                        continue
                    place = f"{table}.{column}"
                    assert place in by_place, f"ciphertext in {place}: add it to {_REGISTRY}"
                    assert any(_opens(keys, value, each) for each in by_place[place].contexts(row)), place
                    seen.add(place)
    return seen


def _opens(keys: Keys, value: str, context: str) -> bool:
    try:
        keys.decrypt(value, context)
    except Exception:
        return False
    return True
