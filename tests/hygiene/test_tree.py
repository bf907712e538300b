"""What a reviewer would look for in every file, looked for in every file."""

from __future__ import annotations

import ast
import re
from typing import Final

import pytest

from tests.hygiene import tree

# Put together here so that this file does not find itself.
_UNFINISHED: Final = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "X" * 3, "HA" + "CK")) + r")\b")
_HOSTS: Final = ("pypi" + ".org", "python" + "hosted.org", "npmjs" + ".org", "artifact" + "ory", "extra-" + "index-url")
_MACHINE: Final = re.compile(r"(?<![\w.])/(root|work|home/[a-z]+|Users/[A-Za-z]+)/")
_LONGEST_FUNCTION: Final = 60


def test_the_tree_is_seen() -> None:
    """Else every test below would pass by looking at nothing."""
    seen = {tree.name(path) for path in tree.files()}
    assert {"pyproject.toml", "Makefile", "bot/turns.py", "content/menu.yaml", ".ci/run"} <= seen
    assert not any(name.startswith((".venv", ".git/")) for name in seen)


def test_no_file_is_too_long() -> None:
    """Over 500 lines nobody reads it in two minutes."""
    assert {path: lines for path, lines in tree.lines_of_code().items() if lines > tree.REFUSE_AT} == {}


def test_no_function_is_too_long() -> None:
    """It fits a screen."""
    long = [
        (path, node.name, (node.end_lineno or 0) - node.lineno + 1)
        for path, module in tree.modules(*tree.PACKAGES, "tests", "benchmarks").items()
        for node in ast.walk(module)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno + 1 > _LONGEST_FUNCTION
    ]
    assert long == []


def test_nothing_is_left_for_later() -> None:
    """What is not done is not in the tree."""
    assert _lines_with(_UNFINISHED) == []


@pytest.mark.parametrize("host", _HOSTS)
def test_no_registry_host_is_written_down(host: str) -> None:
    """Where packages come from is the installer's own configuration."""
    assert _lines_with(re.compile(re.escape(host))) == []


def test_no_path_of_one_machine_is_written_down() -> None:
    """It would work there only."""
    assert _lines_with(_MACHINE) == []


def _lines_with(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{tree.name(path)}:{number}"
        for path in tree.files()
        if pattern.search(tree.text(path))
        for number, line in enumerate(tree.text(path).splitlines(), start=1)
        if pattern.search(line)
    ]


def test_every_test_is_collected() -> None:
    """A file of tests without the prefix is silently passed by."""
    passed_by = [
        path
        for path, module in tree.modules("tests").items()
        if not path.rsplit("/", 1)[-1].startswith("test_")
        for node in module.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")
    ]
    assert passed_by == []


def test_every_module_says_what_it_is() -> None:
    """One line at the top; empty package files need none."""
    assert [path for path, module in tree.modules().items() if module.body and not ast.get_docstring(module)] == []
