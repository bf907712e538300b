"""Babel extraction of the Vietnamese words in YAML files; `babel.cfg` says which fields of which files are words."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import BinaryIO, Final

import yaml

_TEXT: Final = "tag:yaml.org,2002:str"

Found = tuple[int, None, str, list[str]]


def extract(
    stream: BinaryIO, keywords: Collection[str], comment_tags: Collection[str], options: Mapping[str, str]
) -> Iterator[Found]:
    """Yield `(line, None, text, [])` for each text below a field named in `options["fields"]`.

    Keywords and comment tags belong to program code; the signature is Babel's.
    """
    document = yaml.compose(stream, Loader=yaml.SafeLoader)
    if document is not None:
        fields = tuple(f".{field}" for field in options["fields"].split())
        parents = tuple(field.removesuffix(".*") for field in fields if field.endswith(".*"))
        yield from _texts(document, "", fields, parents)


def _texts(node: yaml.Node, path: str, fields: tuple[str, ...], parents: tuple[str, ...]) -> Iterator[Found]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _texts(value, f"{path}.{key.value}", fields, parents)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from _texts(value, path, fields, parents)
    elif node.tag == _TEXT and (path.endswith(fields) or path.rpartition(".")[0].endswith(parents or ("/",))):
        yield node.start_mark.line + 1, None, node.value, []
