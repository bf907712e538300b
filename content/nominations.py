"""Who nominates in a locality and by which criteria: `nominations.yaml` of a locality, to be mended by its office."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Final

import msgspec

from content.errors import ContentError
from content.files import read_as
from content.localities import FOLDER
from rules.errors import RulesError
from rules.nominations import criteria
from rules.nominations.criteria import Criterion

FILE: Final = "nominations.yaml"


class Organisation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A mass organisation on whose behalf an officer writes a nomination down."""

    id: str
    name: str
    phrases: tuple[str, ...] = ()
    """Other words for it."""


class Nominating(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who may nominate here beside the villages; `criteria` empty where the working list holds."""

    guide: str = "cấp trên"
    """Whose guidance gives the official criteria."""
    organisations: tuple[Organisation, ...] = ()
    criteria: tuple[Criterion, ...] = ()

    @property
    def all(self) -> tuple[Criterion, ...]:
        """The criteria that hold here."""
        return self.criteria or criteria.working_list()

    def of_kind(self, kind: str) -> list[Criterion]:
        return criteria.of_kind(self.all, kind)

    @property
    def confirmed(self) -> bool:
        """Whether an office stands behind every criterion."""
        return all(each.confidence == "confirmed" for each in self.all)

    def organisation(self, key: str) -> Organisation | None:
        return next((each for each in self.organisations if each.id == key), None)


@lru_cache(maxsize=8)
def load(slug: str, folder: Path = FOLDER) -> Nominating:
    """Read a locality's data; one without the file has no organisations and the working list.

    Raises:
        ContentError: an organisation or criterion stands twice, or a kind of nominee has no criterion.
    """
    file = folder / slug / FILE
    if not file.is_file():
        return Nominating()
    found = read_as(file, Nominating)
    ids = [each.id for each in found.organisations]
    if len(set(ids)) != len(ids) or "" in ids:
        raise ContentError("an organisation stands twice, or has no id", file=file)
    try:
        criteria.check(found.all, file)
    except RulesError as error:
        raise ContentError(str(error)) from error
    return found
