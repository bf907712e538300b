"""Every word that a page of the desk puts together exists: states, moves, fields, columns, verbs of the trail."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from content import words
from content.documents.report import FALLS, RISES
from desk import pages
from desk.pages import MENU
from rules.reports.catalogue import GROUPS
from rules.review import MOVES, NEEDS_REASON, STATES
from storage.register.model import NEW
from storage.tables_register import STATES as HOUSEHOLD_STATES
from tests.hygiene import tree

PHRASES: Final = words.load()["vi"].phrases
TEMPLATES: Final = sorted((Path(pages.__file__).parent / "templates" / "desk").glob("*.html"))
_BY_HAND: Final = {"send", "join", "correct"}
_MADE: Final = {move for moves in MOVES.values() for move in moves}


def test_every_state_move_field_and_column_has_its_word() -> None:
    """Nothing on a page is an identifier."""
    wanted = {f"desk.state.{state}" for state in STATES}
    wanted |= {f"desk.do.{move}" for move in _MADE - _BY_HAND} | {f"desk.did.{move}" for move in _MADE | _BY_HAND}
    wanted |= {f"desk.done.{move}" for move in _MADE - _BY_HAND} | {f"desk.why.{move}" for move in NEEDS_REASON}
    wanted |= {f"desk.menu.{name}" for name, _, _ in MENU} | {f"desk.group.{group}" for group in GROUPS}
    wanted |= {f"desk.column.{column}" for column in (*FALLS, *RISES)}
    wanted |= {f"desk.value.state_{state}" for state in HOUSEHOLD_STATES}
    fields = {
        name.removesuffix("_encrypted") for entity in NEW.values() for name in entity if not name.endswith("_hash")
    }
    wanted |= {f"desk.field.{name}" for name in fields}
    assert sorted(wanted - PHRASES.keys()) == []


def test_every_phrase_that_a_template_names_exists() -> None:
    """The scan of the code does not see templates."""
    missing = [
        (path.name, key)
        for path in TEMPLATES
        for key in re.findall(r'"((?:desk|people|reports)\.[a-z_.]*[a-z_])"', path.read_text(encoding="utf-8"))
        if key not in PHRASES
    ]
    assert TEMPLATES
    assert missing == []


def test_every_verb_of_the_trail_is_told_in_words() -> None:
    """Each verb that the code writes down; reports' verbs are put together from the moves."""
    verbs = {f"report_{move}" for move in _MADE | _BY_HAND}
    for module in ("handlers/actions", "handlers/access.py"):
        for path in tree.files():
            name = tree.name(path)
            if name.startswith(module) and name.endswith(".py"):
                verbs |= set(re.findall(r'Event\(\s*"([a-z_]+)"', path.read_text(encoding="utf-8")))
    assert sorted(verb for verb in verbs if f"desk.verb.{verb}" not in PHRASES) == []


def test_no_template_carries_a_style_or_a_script_of_its_own() -> None:
    """The security policy would refuse it."""
    found = [path.name for path in TEMPLATES if re.search(r" style=| on[a-z]+=|<style|<script>", path.read_text())]
    assert found == []
