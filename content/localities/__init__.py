"""Who is who in a place: areas, offices, targets and the route a report takes. One folder per locality."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import msgspec

from content.errors import ContentError
from content.files import read_as
from content.text import plain
from rules.parameters import Confidence

FOLDER: Final = Path(__file__).parent

Level = Literal["province", "district", "commune", "village"]
AreaKind = Literal["province", "district", "town_district", "commune", "township", "ward"]
LOWEST_KINDS: Final = frozenset({"commune", "township", "ward"})

# What people say around the name of the place they live in, without accents.
_AROUND_A_NAME: Final = frozenset(
    "toi em chau minh bac ong ba nha gia dinh o la tai den tu thuoc dia ban xa phuong thi tran tt thon xom huyen "
    "tinh cu truoc day nay song va a day nhe".split()
)


Phone = Annotated[str, msgspec.Meta(pattern=r"^0\d(?:[ .]?\d){7,9}$")]
"""A telephone number as one dials it in Viet Nam; written down only where the office itself has confirmed it."""


class Area(msgspec.Struct, frozen=True, rename={"start": "from", "end": "to"}):
    """A unit of the area tree within its dates. Codes are re-used for other territory: the key is (code, start)."""

    key: str
    code: str
    name: str
    kind: AreaKind
    rural: bool
    start: date
    parent: str | None = None
    end: date | None = None
    successors: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    phone: Phone | None = None
    """Of the office where people of this commune ask."""

    def exists(self, on: date) -> bool:
        return self.start <= on and (self.end is None or on < self.end)


class Office(msgspec.Struct, frozen=True):
    """A body that is in charge of something, by its role."""

    role: str
    name: str
    level: Level
    in_charge_of: tuple[str, ...]
    articles: tuple[str, ...]
    address: str | None = None
    hours: str | None = None
    phone: Phone | None = None
    note: str | None = None
    confidence: Confidence = "confirmed"


class CommuneWords(msgspec.Struct, frozen=True):
    """What the lowest level is called here."""

    commune: str
    village_head: str


class ReviewStep(msgspec.Struct, frozen=True):
    """One level of the route that a village's report takes."""

    level: Level
    does: Literal["report", "check", "decide", "check_and_decide"]


class About(msgspec.Struct, frozen=True, rename={"start": "from", "end": "to"}):
    """`locality.yaml`: the frame of a locality."""

    slug: str
    name: str
    title: str
    commune_words: CommuneWords
    review_route: tuple[ReviewStep, ...]
    start: date
    end: date | None = None
    demo: bool = False
    targets: tuple[dict[str, Any], ...] = ()
    statistics: tuple[dict[str, Any], ...] = ()
    notes: tuple[str, ...] | str = ()


class Locality:
    """A locality put together and checked."""

    def __init__(self, about: About, areas: Iterable[Area], offices: Iterable[Office]) -> None:
        self.about: Final = about
        self.areas: Final[Mapping[str, Area]] = {area.key: area for area in areas}
        self.offices: Final = tuple(offices)
        self._by_role: Final = {office.role: office for office in self.offices}
        self._by_article: Final = {article: office for office in self.offices for article in office.articles}
        self._assigned: Mapping[str, Office] = {}
        names = [(plain(name), area) for area in self.areas.values() for name in (area.name, *area.aliases)]
        self._names: Final = sorted(names, key=lambda each: -len(each[0]))

    @property
    def commune_words(self) -> CommuneWords:
        return self.about.commune_words

    def office(self, role: str) -> Office:
        """The body with this role.

        Raises:
            ContentError: the locality has no such role.
        """
        try:
            return self._by_role[role]
        except KeyError:
            raise ContentError(f"locality {self.about.slug!r} has no office with the role {role!r}") from None

    def office_for(self, article_id: str) -> Office:
        """The body that answers for an article; the commune where nobody else does."""
        return self._assigned.get(article_id) or self._by_article.get(article_id) or self.office("commune")

    def phone_of(self, area: Area | None) -> Phone | None:
        """Where people of a commune can call, if a number is known: the commune's own before that of all communes."""
        return (area.phone if area is not None else None) or self.office("commune").phone

    def assign(self, roles: Mapping[str, str]) -> None:
        """Articles that name the role of their office themselves; what was assigned before no longer holds.

        Raises:
            ContentError: the locality has no such role.
        """
        self._assigned = {article: self.office(role) for article, role in roles.items()}

    def today_of(self, area: Area, on: date) -> tuple[Area, ...]:
        """The units that hold an area's territory on a day: itself, or its successors, followed as often as needed."""
        if area.exists(on) or not area.successors:
            return (area,)
        found: list[Area] = []
        for key in area.successors:
            following = self.areas.get(key)
            for one in self.today_of(following, on) if following is not None else ():
                if one not in found:
                    found.append(one)
        return tuple(found) or (area,)

    def areas_named(self, text: str) -> tuple[Area, ...]:
        """The areas whose name is all that a text says ("tôi ở xã Thụy Lôi"): those with the longest such name."""
        padded = f" {plain(text)} "
        found: dict[str, Area] = {}
        longest = 0
        for name, area in self._names:  # the longest first
            if len(name) < longest:
                break
            if f" {name} " in padded and all(
                word in _AROUND_A_NAME for word in padded.replace(f" {name} ", " ", 1).split()
            ):
                found[area.key] = area
                longest = len(name)
        return tuple(found.values())


def load(slug: str, folder: Path = FOLDER) -> Locality:
    """Read one locality.

    Raises:
        ContentError: no such folder, a file that does not fit, an unknown parent, or two offices for one article.
    """
    place = folder / slug
    if not (place / "locality.yaml").is_file():
        raise ContentError(f"unknown locality {slug!r}; known: {', '.join(known(folder))}")
    about = read_as(place / "locality.yaml", About)
    areas = read_as(place / "areas.yaml", tuple[Area, ...])
    offices = read_as(place / "offices.yaml", tuple[Office, ...])
    if about.slug != slug:
        raise ContentError(f"the slug {about.slug!r} is not the folder's name", file=place / "locality.yaml")
    _check_areas(areas, place / "areas.yaml")
    articles = [article for office in offices for article in office.articles]
    twice = {article for article in articles if articles.count(article) > 1}
    if twice:
        raise ContentError(f"two offices answer for {', '.join(sorted(twice))}", file=place / "offices.yaml")
    return Locality(about, areas, offices)


def known(folder: Path = FOLDER) -> list[str]:
    """The slugs of all localities."""
    return sorted(path.parent.name for path in folder.glob("*/locality.yaml"))


def _check_areas(areas: tuple[Area, ...], file: Path) -> None:
    keys = [area.key for area in areas]
    codes = [(area.code, area.start) for area in areas]
    if len(set(keys)) != len(keys) or len(set(codes)) != len(codes):
        raise ContentError("an area key, or a code with the same first day, stands twice", file=file)
    for area in areas:
        if area.parent is not None and area.parent not in keys:
            raise ContentError(f"{area.key!r} has the unknown parent {area.parent!r}", file=file)
