"""What must hold for the page's files without opening a browser."""

import re
from pathlib import Path

import pytest

from content.words import load

STATIC = Path(__file__).resolve().parents[2] / "bot" / "channels" / "web" / "static"
PAGE = (STATIC / "index.html").read_text(encoding="utf-8")
STYLE = (STATIC / "chat.css").read_text(encoding="utf-8")
WORDS = load()["vi"].starting_with("web.")
SCRIPTS = {path.name: path.read_text(encoding="utf-8") for path in STATIC.glob("*.js")}
LIMIT = 66_000  # bytes, uncompressed
NORMAL_TEXT = 4.5  # WCAG AA
OTHER_PARTS = 3.0


def test_the_page_is_light() -> None:
    """A slow line must not wait: all files of the page together stay under the limit."""
    files = [path for path in STATIC.iterdir() if path.suffix in {".html", ".css", ".js", ".svg"}]
    assert sum(path.stat().st_size for path in files) < LIMIT


def test_nothing_inline_and_nothing_from_elsewhere() -> None:
    """The strict content policy allows neither inline code nor other hosts."""
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", PAGE)
    for name, text in {"index.html": PAGE, "chat.css": STYLE, **SCRIPTS}.items():
        assert not re.search(r"""(?:src|href|url|import|from)[\s=("']+(?:https?:)?//""", text), name
        assert "innerHTML" not in text, name


def test_the_page_and_the_words_say_the_same() -> None:
    """The Vietnamese in the page is what stands there before the words arrive."""
    for key, text in re.findall(r'data-word="(\w+)"[^>]*>([^<]*)<', PAGE):
        assert WORDS[key] == text, key
    for key, text in re.findall(r'data-word-label="(\w+)" aria-label="([^"]*)"', PAGE):
        assert WORDS[key] == text, key


def test_every_word_is_used_and_every_used_word_exists() -> None:
    """No dead phrase for translators, no empty label for people."""
    used = set(re.findall(r'data-word(?:-label|-placeholder)?="(\w+)"', PAGE))
    for text in SCRIPTS.values():
        used |= set(re.findall(r'word\(\s*"(\w+[a-z])"', text))
        used |= set(re.findall(r'"(status_\w+|characters_\w+|from_\w+|state_\w+[a-z])"', text))
    used |= {f"state_{state}" for state in ("sending", "waiting", "sent", "refused", "later")}
    assert used == set(WORDS)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    bright, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("opening", [":root {", ':root[data-theme="dark"] {'])
def test_the_colours_can_be_read(opening: str) -> None:
    """Every pair of colours that meet reaches WCAG AA, by day and by night."""
    block = STYLE.split(opening, 1)[1].split("}", 1)[0]
    colour = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))
    texts = [("text", "page"), ("text", "paper"), ("quiet", "page"), ("quiet", "paper"), ("accent", "paper")]
    texts += [("accent", "accent-soft"), ("accent", "page"), ("link", "paper"), ("mine-text", "mine")]
    texts += [("bar-text", "bar"), ("mark-text", "mark"), ("paper", "quiet")]
    for one, other in texts:
        assert _contrast(colour[one], colour[other]) >= NORMAL_TEXT, (one, other)
    for other in ("page", "paper"):
        assert _contrast(colour["focus"], colour[other]) >= OTHER_PARTS, other
