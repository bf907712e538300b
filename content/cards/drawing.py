"""Draws a card: a head with the brand, sections of lines, a foot that says it is for information only."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final, Literal

from PIL import Image, ImageDraw, ImageFont

WIDTH: Final = 1080
_MARGIN: Final = 56
_INNER: Final = 44
_COLUMN: Final = WIDTH - 2 * _MARGIN
_LONGEST: Final = 9000  # pixels; a longer picture is refused by Telegram

_RED: Final = "#8f1d14"
_CREAM: Final = "#faf5ec"
_PAPER: Final = "#ffffff"
_INK: Final = "#22201d"
_SOFT: Final = "#6b645b"
_LINE: Final = "#e6dccb"

Tone = Literal["yes", "maybe", "papers"]
_TONES: Final[dict[str, str]] = {"yes": "#1d6b3a", "maybe": "#a15c00", "papers": "#234a72"}


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a section; `box` draws a square to tick, `quiet` no mark at all."""

    text: str
    detail: str = ""
    box: bool = False
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with its lines."""

    heading: str
    lines: tuple[Line, ...]
    tone: Tone


@dataclass(frozen=True, slots=True)
class Card:
    """Everything that stands on a card."""

    brand: str
    place: str
    heading: str
    day: str
    mark: str
    sections: tuple[Section, ...]
    footer: str


@cache
def _font(weight: str, size: int) -> ImageFont.FreeTypeFont:
    file = files("font_manrope") / "files" / f"Manrope-{weight}.ttf"
    return ImageFont.truetype(io.BytesIO(file.read_bytes()), size)


def wrapped(text: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    """The text in lines that fit; a word longer than a line is cut."""
    lines: list[str] = []
    line = ""
    for word in text.split():
        while font.getlength(word) > width:
            if line:
                lines.append(line)
                line = ""
            fitting = _fitting(word, font, width)
            lines.append(word[:fitting])
            word = word[fitting:]  # noqa: PLW2901  # the rest of the long word
        joined = f"{line} {word}".strip()
        if font.getlength(joined) <= width:
            line = joined
        else:
            lines.append(line)
            line = word
    return [*lines, line] if line else lines


def _fitting(word: str, font: ImageFont.FreeTypeFont, width: int) -> int:
    """How many letters of the word fit, at least one."""
    low, high = 1, len(word)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if font.getlength(word[:middle]) <= width else (low, middle - 1)
    return low


def draw(card: Card) -> bytes:
    """The card as a PNG."""
    canvas = Image.new("RGB", (WIDTH, _LONGEST), _CREAM)
    pen = _Pen(ImageDraw.Draw(canvas))
    pen.head(card)
    for section in card.sections:
        pen.section(section)
    pen.foot(card)
    picture = canvas.crop((0, 0, WIDTH, min(pen.y, _LONGEST)))
    # Few colours: a fifth of the size, for a slow line.
    flat = picture.quantize(colors=64, dither=Image.Dither.NONE)
    stream = io.BytesIO()
    flat.save(stream, "PNG", compress_level=7)
    return stream.getvalue()


class _Pen:
    """Writes downwards from `y`."""

    def __init__(self, drawing: ImageDraw.ImageDraw) -> None:
        self._draw = drawing
        self.y = 0

    def head(self, card: Card) -> None:
        heading = wrapped(card.heading, _font("ExtraBold", 60), _COLUMN)
        height = 188 + 76 * len(heading)
        self._draw.rectangle((0, 0, WIDTH, height), fill=_RED)
        self._logo(_MARGIN, 48)
        self._draw.text((_MARGIN + 84, 44), card.brand, font=_font("ExtraBold", 34), fill="#ffffff")
        self._draw.text((_MARGIN + 84, 84), card.place, font=_font("Medium", 26), fill="#f3d9d2")
        self._draw.text((WIDTH - _MARGIN, 62), card.day, font=_font("Bold", 30), fill="#ffffff", anchor="ra")
        self.y = 150
        for line in heading:
            self._draw.text((_MARGIN, self.y), line, font=_font("ExtraBold", 60), fill="#ffffff")
            self.y += 76
        self.y = height + 36

    def section(self, section: Section) -> None:
        colour = _TONES[section.tone]
        top = self.y
        bottom = self._section(section, colour, top, paint=False)
        self._draw.rounded_rectangle(
            (_MARGIN, top, WIDTH - _MARGIN, bottom), radius=28, fill=_PAPER, outline=_LINE, width=2
        )
        self._draw.rounded_rectangle((_MARGIN, top + 34, _MARGIN + 10, top + 86), radius=5, fill=colour)
        self.y = self._section(section, colour, top, paint=True) + 32

    def _section(self, section: Section, colour: str, top: int, *, paint: bool) -> int:
        y = top + 32
        for text in wrapped(section.heading, _font("ExtraBold", 40), _COLUMN - 2 * _INNER):
            y = self._write(text, _MARGIN + _INNER, y, _font("ExtraBold", 40), colour, 54, paint=paint)
        y += 12
        for place, line in enumerate(section.lines):
            if place and not line.box:
                if paint:
                    self._draw.line((_MARGIN + _INNER, y + 4, WIDTH - _MARGIN - _INNER, y + 4), fill=_LINE, width=2)
                y += 22
            y = self._line(line, section, colour, y, paint=paint)
        return y + 24

    def _line(self, line: Line, section: Section, colour: str, y: int, *, paint: bool) -> int:
        place_name = section.tone == "papers" and not line.box and not line.quiet
        left = _MARGIN + _INNER + (0 if line.quiet or place_name else 56)
        width = WIDTH - _MARGIN - _INNER - left
        if paint and not line.quiet and not place_name:
            self._mark(section.tone, _MARGIN + _INNER, y + 6, colour)
        font = _font("Medium", 32) if line.quiet or line.box else _font("Bold", 34)
        for text in wrapped(line.text, font, width):
            y = self._write(text, left, y, font, _SOFT if line.quiet else _INK, 46, paint=paint)
        for text in wrapped(line.detail, _font("Medium", 31), width):
            y = self._write(text, left, y, _font("Medium", 31), colour, 44, paint=paint)
        return y + 12

    def foot(self, card: Card) -> None:
        font = _font("Bold", 28)
        width = int(font.getlength(card.mark)) + 48
        self._draw.rounded_rectangle((_MARGIN, self.y, _MARGIN + width, self.y + 56), radius=28, outline=_RED, width=3)
        self._draw.text((_MARGIN + 24, self.y + 9), card.mark, font=font, fill=_RED)
        self.y += 76
        for text in wrapped(card.footer, _font("Medium", 29), _COLUMN):
            self.y = self._write(text, _MARGIN, self.y, _font("Medium", 29), _SOFT, 42, paint=True)
        self.y += 44

    def _write(
        self, text: str, x: int, y: int, font: ImageFont.FreeTypeFont, colour: str, step: int, *, paint: bool
    ) -> int:
        if paint:
            self._draw.text((x, y), text, font=font, fill=colour)
        return y + step

    def _mark(self, tone: str, x: int, y: int, colour: str) -> None:
        marks: dict[str, Callable[[int, int, str], None]] = {"yes": self._tick, "maybe": self._dot, "papers": self._box}
        marks[tone](x, y, colour)

    def _tick(self, x: int, y: int, colour: str) -> None:
        self._draw.ellipse((x, y, x + 36, y + 36), fill=colour)
        self._draw.line((x + 9, y + 19, x + 16, y + 26, x + 28, y + 11), fill="#ffffff", width=5, joint="curve")

    def _dot(self, x: int, y: int, colour: str) -> None:
        self._draw.ellipse((x + 2, y + 2, x + 34, y + 34), outline=colour, width=4)
        self._draw.ellipse((x + 13, y + 13, x + 23, y + 23), fill=colour)

    def _box(self, x: int, y: int, colour: str) -> None:
        self._draw.rounded_rectangle((x + 2, y + 2, x + 34, y + 34), radius=7, outline=colour, width=4)

    def _logo(self, x: int, y: int) -> None:
        """Two hands as two overlapping rings."""
        self._draw.ellipse((x, y + 6, x + 44, y + 50), outline="#ffffff", width=7)
        self._draw.ellipse((x + 24, y + 6, x + 68, y + 50), outline="#f0b429", width=7)
