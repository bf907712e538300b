"""What a locality says about reports: its review route, its dates, and the figures of the law."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

from sqlalchemy.ext.asyncio import AsyncConnection

from content.localities import Locality
from content.words import Words
from rules import parameters
from rules.parameters import Parameters
from rules.reports.model import Area
from rules.review import Route, route_of
from storage import areas
from storage.areas import AreaRow


@dataclass(frozen=True, slots=True)
class Frame:
    """Everything that reports need to know beside the database."""

    route: Route
    locality: Locality
    words: Words
    """The language of notices: the Vietnamese of the programme."""

    @property
    def parameters(self) -> Parameters:
        """The figures of the law, read when a time limit is first worked out."""
        return _parameters()


@cache
def _parameters() -> Parameters:
    return parameters.load()


def frame_of(locality: Locality, words: Words) -> Frame:
    """The frame of a locality."""
    return Frame(route_of((step.level, step.does) for step in locality.about.review_route), locality, words)


async def area_of(connection: AsyncConnection, frame: Frame, row: AreaRow) -> Area:
    """An area as the rules see it, with the names of what took its place."""
    end = closed_on(frame.locality, row)
    if end is None:
        return Area(row.key, row.name)
    keys = list(row.successors)
    if not keys and row.parent_key is not None:
        above = await areas.get(connection, row.parent_key)
        keys = list(above.successors) if above is not None else []
    names = [following.name for key in keys if (following := await areas.get(connection, key)) is not None]
    return Area(row.key, row.name, end, tuple(names))


def closed_on(locality: Locality, row: AreaRow) -> date | None:
    """The first day on which an area is gone.

    A demonstration keeps its own frame alive: an area that ends with the frame itself does not count as closed there.
    """
    about = locality.about
    if row.end is not None and about.demo and about.end is not None and row.end >= about.end:
        return None
    return row.end
