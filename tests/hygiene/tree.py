"""The files of the repository as the hygiene tests see them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent.parent
PACKAGES: Final = ("bot", "handlers", "rules", "content", "storage", "desk")
WARN_AT: Final = 400
REFUSE_AT: Final = 500
_NOT_OURS: Final = {"__pycache__", "node_modules", "build", "dist", "var"}
_TEXT: Final = {
    ".py", ".js", ".css", ".html", ".svg", ".md", ".yaml", ".yml", ".toml", ".po", ".json", ".jsonl", ".txt", ".in",
    ".sh", ".service", ".conf", ".env", ".cfg", ".ini", ".mako", "",
}  # fmt: skip


@lru_cache
def files() -> tuple[Path, ...]:
    """Every text file that is ours: no caches, no environments, nothing built."""
    return tuple(sorted(_below(ROOT)))


def _below(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        hidden = path.name.startswith(".") and path.name not in (".ci", ".gitignore")
        if hidden or path.name in _NOT_OURS or path.name.endswith(".egg-info"):
            continue
        if path.is_dir():
            yield from _below(path)
        elif path.suffix in _TEXT:
            yield path


def name(path: Path) -> str:
    """The path as one writes it in a review."""
    return path.relative_to(ROOT).as_posix()


@lru_cache
def modules(*packages: str) -> dict[str, ast.Module]:
    """The parsed Python files of some packages."""
    wanted = packages or PACKAGES
    found = (path for path in files() if path.suffix == ".py" and name(path).split("/")[0] in wanted)
    return {name(path): _parsed(path) for path in found}


@lru_cache(None)
def _parsed(path: Path) -> ast.Module:
    return ast.parse(text(path))


@lru_cache(None)
def text(path: Path) -> str:
    """What stands in a file, read once for all tests."""
    return path.read_text(encoding="utf-8")


def lines_of_code() -> dict[str, int]:
    """Lines by file of what people read as code: no migrations, catalogues or data."""
    return {
        name(path): text(path).count("\n")
        for path in files()
        if path.suffix in (".py", ".js", ".css", ".html") and "migrations/versions" not in name(path)
    }
