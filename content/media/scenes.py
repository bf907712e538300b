"""Small drawings for the demo: nobody's photo is needed to show how a picture looks."""

from __future__ import annotations

import io
from typing import Final

from PIL import Image, ImageDraw

_SIZE: Final = (1200, 800)
_SKY: Final = "#cfe6f2"
_HILLS: Final = "#7fa88b"
_FIELD: Final = "#b9cf7a"
_EARTH: Final = "#d9c089"
_WALL: Final = "#f6ead2"
_ROOF: Final = "#b3392c"
_WOOD: Final = "#6d4c2f"


def draw(scene: str) -> bytes:
    """`chickens` or `house`, as a PNG."""
    canvas = Image.new("RGB", _SIZE, _SKY)
    pen = ImageDraw.Draw(canvas)
    pen.ellipse((950, 60, 1090, 200), fill="#f6cf5f")
    pen.polygon([(0, 470), (180, 300), (340, 430), (560, 250), (800, 450), (980, 330), (1200, 460), (1200, 560), (0, 560)], fill=_HILLS)  # fmt: skip  # noqa: E501  # one line of hills
    pen.rectangle((0, 500, 1200, 800), fill=_FIELD)
    pen.ellipse((150, 600, 1150, 900), fill=_EARTH)
    if scene == "chickens":
        _house(pen, 620, 330, 330, 230)
        for left, top, size in ((230, 620, 90), (390, 680, 110), (560, 640, 80), (880, 690, 120), (700, 730, 70)):
            _chicken(pen, left, top, size)
    else:
        _house(pen, 330, 290, 560, 380)
        for left in (120, 1000):
            _tree(pen, left, 420)
    file = io.BytesIO()
    canvas.save(file, "PNG", optimize=True)
    return file.getvalue()


def _house(pen: ImageDraw.ImageDraw, left: int, top: int, width: int, height: int) -> None:
    roof = height // 3
    pen.rectangle((left, top + roof, left + width, top + height), fill=_WALL)
    pen.polygon([(left - 40, top + roof), (left + width // 2, top), (left + width + 40, top + roof)], fill=_ROOF)
    door = width // 6
    middle = left + width // 2
    pen.rectangle((middle - door // 2, top + height // 2, middle + door // 2, top + height), fill=_WOOD)
    for side in (left + width // 8, left + width - width // 8 - door):
        pen.rectangle((side, top + roof + height // 6, side + door, top + roof + height // 3), fill="#7fb2d6")


def _chicken(pen: ImageDraw.ImageDraw, left: int, top: int, size: int) -> None:
    pen.polygon([(left, top + size // 8), (left + size // 3, top + size // 3), (left, top + size // 2)], fill="#d98a2b")
    pen.ellipse((left, top + size // 6, left + size, top + size * 5 // 6), fill="#e8a93c")
    head = size // 3
    pen.ellipse((left + size - head, top - head // 4, left + size + head // 3, top + head), fill="#e8a93c")
    pen.polygon(
        [(left + size + head // 3, top + head // 3), (left + size + head * 2 // 3, top + head // 2), (left + size + head // 3, top + head * 2 // 3)],  # noqa: E501  # the beak
        fill="#c9541f",
    )  # fmt: skip
    pen.ellipse((left + size - head // 2, top - head // 2, left + size, top), fill=_ROOF)
    pen.ellipse((left + size, top + head // 6, left + size + 6, top + head // 6 + 6), fill="#222222")
    for leg in (left + size * 2 // 5, left + size * 3 // 5):
        pen.line((leg, top + size * 4 // 5, leg, top + size * 11 // 10), fill="#c9541f", width=max(size // 20, 3))


def _tree(pen: ImageDraw.ImageDraw, left: int, top: int) -> None:
    pen.rectangle((left + 35, top + 100, left + 60, top + 240), fill=_WOOD)
    pen.ellipse((left - 40, top - 60, left + 135, top + 140), fill="#4f8a4c")
