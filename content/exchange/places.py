"""Which area of the locality a row of the file means."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from rapidfuzz import fuzz, process

from content.exchange.cells import CellError
from content.exchange.layout import fold, load
from content.localities import LOWEST_KINDS

_NEAR: Final = 60
_COMMUNE_WORDS: Final = ("thi tran", "phuong", "xa", "tt", "p", "x")
_VILLAGE_WORDS: Final = ("to dan pho", "khu dan cu", "tdp", "thon", "xom", "khu", "to")


@dataclass(frozen=True, slots=True)
class Place:
    """An area as the file is compared with it."""

    key: str
    code: str
    name: str
    kind: str
    path: str
    parent_key: str | None
    rural: bool


@dataclass(slots=True)
class _Commune:
    place: Place
    villages: dict[str, Place] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)


class Places:
    """The communes and villages of a locality, by code and by name."""

    def __init__(self, places: Iterable[Place]) -> None:
        known = list(places)
        self.by_key: Final[Mapping[str, Place]] = {place.key: place for place in known}
        self._communes = {place.key: _Commune(place) for place in known if place.kind in LOWEST_KINDS}
        self._by_code = {each.place.code: each for each in self._communes.values()}
        self._by_name: dict[str, _Commune] = {}
        for each in self._communes.values():
            for name in _names(each.place.name, _COMMUNE_WORDS):
                self._by_name.setdefault(name, each)
        for place in known:
            if place.kind == "village" and place.parent_key in self._communes:
                commune = self._communes[place.parent_key]
                for name in _names(place.name, _VILLAGE_WORDS):
                    commune.villages.setdefault(name, place)
                commune.names[fold(place.name)] = place.name
        self._found: dict[tuple[str, str, str], Place] = {}

    def village(self, commune: str, code: str, village: str) -> Place:
        """The village of a row.

        Raises:
            CellError: no such commune or village; the nearest name is offered.
        """
        key = (commune, code, village)
        if key not in self._found:
            self._found[key] = self._village(self._commune(commune, code), village)
        return self._found[key]

    def _commune(self, name: str, code: str) -> _Commune:
        by_code = self._by_code.get(code) if code else None
        by_name = next((self._by_name[each] for each in _names(name, _COMMUNE_WORDS) if each in self._by_name), None)
        if by_code is not None and name and by_name is not by_code:
            raise CellError("other_commune", value=code, found=by_code.place.name, name=name)
        found = by_code or by_name
        if found is None:
            names = {each: commune.place.name for each, commune in self._by_name.items()}
            raise CellError("unknown_commune", value=name or code, offer=_offer(name, names))
        return found

    def _village(self, commune: _Commune, name: str) -> Place:
        for each in _names(name, _VILLAGE_WORDS):
            if each in commune.villages:
                return commune.villages[each]
        raise CellError("unknown_village", value=name, commune=commune.place.name, offer=_offer(name, commune.names))


def _names(name: str, prefixes: Iterable[str]) -> list[str]:
    """The folded name, and without the word for its kind; a bare number ("thôn 1") stays with its word too."""
    folded = fold(name)
    found = [folded] if folded else []
    for prefix in prefixes:
        if folded.startswith(f"{prefix} "):
            found.append(folded[len(prefix) + 1 :])
            break
    return found


def _offer(name: str, names: Mapping[str, str]) -> str:
    """The nearest known name as a question, or what to look for."""
    problems = load().problems
    best = process.extractOne(fold(name), names.keys(), scorer=fuzz.WRatio) if name and names else None
    if best is None or best[1] < _NEAR:
        return problems["no_offer"].needed
    return problems["offer"].needed.format(nearest=names[best[0]])
