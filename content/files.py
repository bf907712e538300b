"""Reading the YAML files of this package."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec
import yaml

from content.errors import ContentError

_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
FOLDER: Final = Path(__file__).parent
T = TypeVar("T")


def read(file: Path) -> Any:
    """The plain data of a YAML file.

    Raises:
        ContentError: the file is missing or no YAML.
    """
    try:
        return yaml.load(file.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506  # a safe loader, see above
    except (OSError, yaml.YAMLError) as error:
        raise ContentError(str(error), file=file) from error


def read_as(file: Path, kind: type[T]) -> T:
    """The content of a YAML file as a checked type.

    Raises:
        ContentError: a field is missing, unknown or of another type; the message names its path.
    """
    try:
        return msgspec.convert(read(file), kind, strict=True)
    except msgspec.ValidationError as error:
        raise ContentError(str(error), file=file) from error


def yaml_files(folder: Path) -> Iterator[Path]:
    """The YAML files of a folder in the order of their names."""
    yield from sorted(folder.glob("*.yaml"))
