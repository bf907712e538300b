"""Writes the table of `docs/privacy.md`: `python -m docs.privacy`. The words stand in docs/privacy_fields.yaml."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import yaml

import storage
from handlers.sealed_columns import CODES, SEALED, hash_columns
from storage.personal import HOLDINGS
from storage.retention import DEFAULTS
from storage.tables import metadata

# The schema is spread over `storage/tables*.py`: all of it counts.
for _module in pkgutil.iter_modules(storage.__path__):
    if _module.name.startswith("tables"):
        importlib.import_module(f"storage.{_module.name}")

FOLDER: Final = Path(__file__).parent
PAGE: Final = FOLDER / "privacy.md"
BEGIN: Final = "<!-- made by python -m docs.privacy -->"
CLASSES: Final = ("identity", "contact", "content", "sensitive", "account", "secret", "plain")
BASES: Final[Mapping[str, str]] = {
    "register": "duty under the law on poverty reduction (C)",
    "consent": "consent (A)",
    "named": "written consent of who is named (A)",
    "office": "work of the office, its own staff (C)",
    "audit": "duty to prove who saw what (B, C)",
    "figures": "figures without people (D)",
    "none": "nothing personal",
}
KEEPS: Final[Mapping[str, str]] = {
    "register": "as long as the file must be kept by the archive rules (E)",
    "public": "as long as it is published, its history as a record (E)",
    "role": "until the person deletes it; with a role: as long as the record of the office (E)",
    "audit": "never deleted by the product (E)",
    "window": "8 days after the last change",
    "none": "as long as the installation",
}


def fields() -> dict[str, Any]:
    """What is written down of each table."""
    said: dict[str, Any] = yaml.safe_load((FOLDER / "privacy_fields.yaml").read_text(encoding="utf-8"))
    return said


def classes(table: Mapping[str, Any]) -> dict[str, str]:
    """The class of each field of a table."""
    return {name: kind for kind, names in table["fields"].items() for name in names.split()}


def problems() -> list[str]:
    """What the file says and the schema does not, and the other way round."""
    said = fields()
    found = [f"docs/privacy_fields.yaml lacks the table {name}" for name in sorted(set(metadata.tables) - set(said))]
    found += [f"there is no table {name}" for name in sorted(set(said) - set(metadata.tables))]
    for name in sorted(set(said) & set(metadata.tables)):
        table, columns = said[name], set(metadata.tables[name].columns.keys())
        named = [each for names in table["fields"].values() for each in names.split()]
        found += [f"docs/privacy_fields.yaml lacks {name}.{each}" for each in sorted(columns - set(named))]
        found += [f"there is no {name}.{each}" for each in sorted(set(named) - columns)]
        found += [f"{name}.{each} stands there twice" for each in sorted({e for e in named if named.count(e) > 1})]
        found += [f"{name}: unknown class {each}" for each in sorted(set(table["fields"]) - set(CLASSES))]
        if table["basis"] not in BASES or table["keep"] not in {*KEEPS, *DEFAULTS}:
            found.append(f"{name}: unknown basis or keep")
    return found


def made() -> str:
    """The part of the page that is made."""
    return "\n".join([BEGIN, "", *_lines()])


def _lines() -> Iterator[str]:
    after = {each.table.name: each.after for each in HOLDINGS}
    sealed, hashed = {each.place for each in SEALED}, set(hash_columns())
    codes = {f"{each.column.table.name}.{each.column.name}" for each in CODES}
    yield "| table.field | what it is | stored as | purpose | ground | kept | when the person deletes everything |"
    yield "|---|---|---|---|---|---|---|"
    for name, table in fields().items():
        kind = classes(table)
        ending = after.get(name, "-")
        for column in [each.name for each in metadata.tables[name].columns]:
            place = f"{name}.{column}"
            stored = (
                "encrypted" if place in sealed else "keyed hash" if place in hashed | codes else "in the clear"
            )  # fmt: skip
            if kind[column] == "plain":
                stored = "" if stored == "in the clear" else stored
            yield (
                f"| `{place}` | {kind[column]} | {stored} | {table['purpose']} | {BASES[table['basis']]} "
                f"| {_kept(table['keep'])} | {ending} |"
            )


def _kept(keep: str) -> str:
    return f"{keep}: {DEFAULTS[keep]} days" if keep in DEFAULTS else KEEPS[keep]


def main() -> None:
    """Write the made part anew; what stands above it stays."""
    above = PAGE.read_text(encoding="utf-8").partition(BEGIN)[0]
    PAGE.write_text(f"{above}{made()}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
