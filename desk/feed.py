"""The news as an Atom 1.0 feed (RFC 4287), for readers and for other sites."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlsplit
from xml.etree import ElementTree as Xml

from storage.news import LiveRow

FEED_TYPE: Final = "application/atom+xml; charset=utf-8"
_ATOM: Final = "http://www.w3.org/2005/Atom"
_NEVER: Final = datetime(2026, 1, 1, tzinfo=UTC)


def feed(rows: Sequence[LiveRow], address: str, place: str) -> bytes:
    """The newest items with their whole texts; the ids stay the same when an item is changed."""
    Xml.register_namespace("", _ATOM)
    root = Xml.Element(f"{{{_ATOM}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": "vi"})
    _put(root, "title", f"Chung Tay – tin giảm nghèo, {place}")
    _put(root, "subtitle", "Cả nước chung tay vì người nghèo – Không để ai bị bỏ lại phía sau")
    _put(root, "id", f"{address}/tin")
    _put(root, "updated", _moment(max((row.updated_at for row in rows), default=_NEVER)))
    _link(root, "self", f"{address}/tin/feed", "application/atom+xml")
    _link(root, "alternate", f"{address}/tin", "text/html")
    _put(_put(root, "author"), "name", "Chung Tay")
    for row in rows:
        _entry(root, row, address)
    written: str = Xml.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{written}'.encode()


def _entry(root: Xml.Element, row: LiveRow, address: str) -> None:
    entry = _put(root, "entry")
    _put(entry, "title", row.title)
    # A tag URI: the number never changes, also where the address of the installation does.
    _put(entry, "id", f"tag:{urlsplit(address).hostname or 'chungtay'},2026:tin/{row.id}")
    _put(entry, "published", _moment(row.published_at))
    _put(entry, "updated", _moment(row.updated_at))
    _link(entry, "alternate", f"{address}/tin/{row.slug}", "text/html")
    Xml.SubElement(entry, f"{{{_ATOM}}}category", {"term": row.topic})
    _put(entry, "summary", row.summary)
    _put(entry, "content", row.body).set("type", "text")


def _put(parent: Xml.Element, name: str, text: str = "") -> Xml.Element:
    child = Xml.SubElement(parent, f"{{{_ATOM}}}{name}")
    if text:
        child.text = "".join(char for char in text if char in "\t\n\r" or ord(char) >= ord(" "))
    return child


def _link(parent: Xml.Element, rel: str, href: str, kind: str) -> None:
    Xml.SubElement(parent, f"{{{_ATOM}}}link", {"rel": rel, "href": href, "type": kind})


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
