"""Checks a picture and draws it anew: what a phone wrote beside it (place, time, device) stays behind.

It takes time and memory, so call it in a thread. Pillow's own limits are per process; ours are here.
"""

from __future__ import annotations

import io
import struct
from typing import Final

from PIL import Image, ImageOps

from content.media.model import MediaError, Picture

LARGEST: Final = 10_000_000
"""Bytes of a file that is sent to us."""
MOST_PIXELS: Final = 50_000_000
"""What it may unfold to: a phone's largest photo, not a bomb."""
LONGEST_SIDE: Final = 1600
_MEGA: Final = 1_000_000
_KINDS: Final = ("JPEG", "PNG", "WEBP", "GIF")
# A phone's MPO is opened as the JPEG that it begins with.
_DRAWN: Final = ("PNG", "GIF")
# What Pillow raises for files that are cut off or made to break it.
_BROKEN: Final = (OSError, SyntaxError, ValueError, EOFError, struct.error, IndexError, TypeError, OverflowError)


def checked(data: bytes) -> Picture:
    """The picture as JPEG, or as PNG where it is a drawing and smaller so; at most 1600 pixels a side.

    Raises:
        MediaError: empty, too large, no picture, animated, or broken.
    """
    if not data:
        raise MediaError("empty")
    if len(data) > LARGEST:
        raise MediaError("picture_too_large", most=LARGEST // _MEGA)
    try:
        image = Image.open(io.BytesIO(data), formats=_KINDS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise MediaError("too_many_pixels", most=MOST_PIXELS // _MEGA) from None
    except _BROKEN:
        raise MediaError("no_picture") from None
    with image:
        if image.width * image.height > MOST_PIXELS:
            raise MediaError("too_many_pixels", most=MOST_PIXELS // _MEGA)
        kind = image.format or ""
        try:
            # A phone's MPO holds the photo and its depth: not a film.
            if kind != "MPO" and getattr(image, "is_animated", False):
                raise MediaError("animated")
            flat = _flat(image)
        except _BROKEN:
            raise MediaError("broken") from None
    return _written(flat, drawn=kind in _DRAWN)


def _flat(image: Image.Image) -> Image.Image:
    """Turned upright, small enough, without transparency: some channels show that as black."""
    image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    image.load()
    upright = ImageOps.exif_transpose(image)
    if upright.has_transparency_data:
        seen = upright.convert("RGBA")
        seen.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
        paper = Image.new("RGB", seen.size, "white")
        paper.paste(seen, mask=seen.getchannel("A"))
        return paper
    whole = upright.convert("RGB")
    whole.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    return whole


def _written(image: Image.Image, *, drawn: bool) -> Picture:
    """Only the pixels go into a new image: no EXIF, no place, no comment, no profile."""
    bare = Image.new("RGB", image.size)
    bare.paste(image)
    photo = io.BytesIO()
    bare.save(photo, "JPEG", quality=85, optimize=True, progressive=True)
    mime, data = "image/jpeg", photo.getvalue()
    if drawn:
        drawing = io.BytesIO()
        bare.save(drawing, "PNG", optimize=True)
        if drawing.tell() <= len(data):
            mime, data = "image/png", drawing.getvalue()
    return Picture(mime, data, *image.size)
