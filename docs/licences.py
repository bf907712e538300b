"""Writes docs/licences.md: everything that is installed with the product, under which licence, and why that fits ours.

python -m docs.licences
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent
PAGE: Final = ROOT / "docs" / "licences.md"
LOCK: Final = ROOT / "requirements" / "run.txt"

# What each licence asks of somebody who passes the product on, and why it goes with Apache-2.0.
FITTING: Final = {
    "0BSD": "asks for nothing",
    "Apache-2.0": "the product's own",
    "BSD-2-Clause": "keep the notice",
    "BSD-3-Clause": "keep the notice",
    "CC0-1.0": "asks for nothing",
    "MIT": "keep the notice",
    "MIT-0": "asks for nothing",
    "MIT-CMU": "keep the notice",
    "MPL-2.0": "changes of its own files stay open; we change none and only use them",
    "OFL-1.1": "a font: not sold by itself, its name not given to a changed one; we change nothing",
    "PSF-2.0": "keep the notice",
    "Zlib": "keep the notice",
}

# As packages without an SPDX expression name theirs.
_SPOKEN: Final = {
    "Apache 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD-3-Clause",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
    "SIL OFL 1.1": "OFL-1.1",
    "SIL Open Font License 1.1 (OFL-1.1)": "OFL-1.1",
}

# Where a package's own words leave it open (read in its licence file), and what only Windows installs (as its project
# says).
READ_BY_US: Final = {
    "colorama": "BSD-3-Clause",
    "python-dateutil": "Apache-2.0 OR BSD-3-Clause",
    "tzdata": "Apache-2.0",
    "uvloop": "Apache-2.0 OR MIT",
}


@dataclass(frozen=True, slots=True)
class Package:
    """A line of the lock file; `licence` is an SPDX expression, empty where nobody has said it."""

    name: str
    versions: tuple[str, ...]
    licence: str

    @property
    def fits(self) -> bool:
        return bool(self.licence) and fits(self.licence)


def fits(expression: str) -> bool:
    """Whether we may pass something on under this SPDX expression: of an OR one part is enough, of an AND all count."""
    choices = [choice.strip("() ") for choice in expression.split(" OR ")]
    return any(all(part.strip("() ") in FITTING for part in choice.split(" AND ")) for choice in choices)


def locked(lock: str) -> dict[str, tuple[str, ...]]:
    """Packages of a lock file with their versions; some have one for each Python."""
    found: dict[str, tuple[str, ...]] = {}
    for name, version in re.findall(r"^([a-z0-9-]+)==([^ \\;]+)", lock, re.MULTILINE):
        found[name] = (*found.get(name, ()), version)
    return found


def licence_of(name: str) -> str:
    """The SPDX expression of an installed package."""
    if name in READ_BY_US:
        return READ_BY_US[name]
    try:
        about = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return ""
    expression = str(about.get("License-Expression") or "")
    if expression:
        return expression
    spoken = str(about.get("License") or "").partition("\n")[0].strip()
    stated = [str(line) for line in about.get_all("Classifier") or []]
    classifiers = [line.rpartition(" :: ")[2] for line in stated if line.startswith("License ::")]
    if spoken and fits(_SPOKEN.get(spoken, spoken)):
        return _SPOKEN.get(spoken, spoken)
    return " OR ".join(_SPOKEN.get(one, one) for one in classifiers)


def packages() -> list[Package]:
    """Everything that is installed to run the product."""
    lock = locked(LOCK.read_text(encoding="utf-8"))
    return [Package(name, versions, licence_of(name)) for name, versions in sorted(lock.items())]


def page(found: list[Package]) -> str:
    """The page as it belongs into docs/."""
    rows = "\n".join(f"| {each.name} | {', '.join(each.versions)} | {each.licence} |" for each in found)
    used = sorted({part for each in found for part in re.split(r" AND | OR ", each.licence)})
    terms = "\n".join(f"| {licence} | {FITTING[licence]} |" for licence in used if licence in FITTING)
    return f"""# Licences

The product is under Apache-2.0 (`LICENSE`). What is installed with it (`requirements/run.txt`) is listed here with the
licence that each package states about itself; written by `python -m docs.licences`, compared by a test. A package that
is not here, or whose licence is not in the second table, stops the tests.

| package | version | licence |
|---|---|---|
{rows}

| licence | what it asks |
|---|---|
{terms}

None of them asks that a product which uses it be passed on under its own terms. Whoever passes on the whole, say
as a container image, passes these packages on with their notices, which lie in each package's folder of the
environment. What only the tests need (`requirements/test.txt`) is not passed on; among it is python-telegram-bot, under
LGPL-3.0.
"""


def main() -> None:
    PAGE.write_text(page(packages()), encoding="utf-8")


if __name__ == "__main__":
    main()
