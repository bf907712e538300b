"""Several pictures on one sheet, for channels where a message has one picture."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Final

from PIL import Image, ImageOps

from content.media.model import Picture

_WIDTH: Final = 1200
_GAP: Final = 12
_MOST_IN_A_ROW: Final = 3


def sheet(pictures: Sequence[bytes]) -> Picture:
    """The pictures in rows of up to three, each whole, on white; they have been checked before."""
    rows = rows_of(len(pictures))
    canvas_height = _GAP + sum(_side(count) + _GAP for count in rows)
    canvas = Image.new("RGB", (_WIDTH, canvas_height), "white")
    left, top = iter(pictures), _GAP
    for count in rows:
        side = _side(count)
        for place in range(count):
            with Image.open(io.BytesIO(next(left))) as picture:
                cell = ImageOps.pad(picture.convert("RGB"), (side, side), color="white")
            canvas.paste(cell, (_GAP + place * (side + _GAP), top))
        top += side + _GAP
    written = io.BytesIO()
    canvas.save(written, "JPEG", quality=85, optimize=True, progressive=True)
    return Picture("image/jpeg", written.getvalue(), *canvas.size)


def rows_of(count: int) -> list[int]:
    """How many stand in each row: four are two and two, ten are three, three, two and two."""
    if count <= _MOST_IN_A_ROW:
        return [count] if count else []
    rows = -(-count // _MOST_IN_A_ROW)
    longer = count - rows * (_MOST_IN_A_ROW - 1)
    return [_MOST_IN_A_ROW] * longer + [_MOST_IN_A_ROW - 1] * (rows - longer)


def _side(count: int) -> int:
    return (_WIDTH - _GAP * (count + 1)) // count
