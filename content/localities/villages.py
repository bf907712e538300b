"""The villages of a locality: `villages.yaml` beside its `areas.yaml`, where there is one.

They are not needed for answering, so they are read when the area tree goes into the database and not at every start.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import msgspec

from content.errors import ContentError
from content.files import read_as
from content.localities import FOLDER, Locality


class Village(msgspec.Struct, frozen=True, rename={"start": "from", "end": "to"}):
    """A thôn or tổ dân phố. `parent` is the key of its commune; dates and rural are the commune's if left out."""

    key: str
    code: str
    name: str
    parent: str
    start: date | None = None
    end: date | None = None
    aliases: tuple[str, ...] = ()
    demo: bool = False


def load(locality: Locality, folder: Path = FOLDER) -> tuple[Village, ...]:
    """The villages of a locality; none if it has no such file.

    Raises:
        ContentError: a village without a commune of this locality, or a key that stands twice.
    """
    file = folder / locality.about.slug / "villages.yaml"
    if not file.is_file():
        return ()
    villages = read_as(file, tuple[Village, ...])
    keys = [*locality.areas, *(village.key for village in villages)]
    if len(set(keys)) != len(keys):
        raise ContentError("a village key stands twice, or is the key of an area", file=file)
    for village in villages:
        if village.parent not in locality.areas:
            raise ContentError(f"{village.key!r} has the unknown parent {village.parent!r}", file=file)
    return villages
