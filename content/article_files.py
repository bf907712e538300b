"""Writes an article as a file of the shipped layout (`articles/<id>.yaml`)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

import msgspec
import yaml

from content.articles import Article

_WIDTH: Final = 120


class _Dumper(yaml.SafeDumper):
    """Texts of several lines as blocks, so that a change of one line is one line of the file."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _text)


def to_yaml(article: Article) -> str:
    """The text of the file; read again, it is the same article."""
    plain = msgspec.to_builtins(article, builtin_types=(date,))
    written = yaml.dump(_kept(plain), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=_WIDTH)
    return str(written)


def _kept(values: Mapping[str, Any]) -> dict[str, Any]:
    """Without what is empty; questions and actions last, as in the files that are there."""
    kept = {name: _inner(value) for name, value in values.items() if value not in (None, "", {}, [], ())}
    last = [name for name in ("actions", "questions") if name in kept]
    return {name: value for name, value in kept.items() if name not in last} | {name: kept[name] for name in last}


def _inner(value: Any) -> Any:
    if isinstance(value, Mapping):
        return _kept(value)
    if isinstance(value, list | tuple):
        return [_inner(each) for each in value]
    return value
