"""`eligibility`, `facts`, `benefits`: what the rules decide and hold, without a database."""

from __future__ import annotations

import difflib
import os
import sys
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, BinaryIO, Final, TextIO

import click
import msgspec

from bot.settings import read
from bot.words import knowledge, rules_alone
from handlers.conversation import Conversation
from handlers.eligibility.report import report
from handlers.eligibility.sheet import sheet, unconfirmed_lines
from handlers.eligibility.telling import more, summary
from handlers.messages import Incoming
from handlers.turn import VIETNAM, Turn
from rules import facts_file
from rules.assess import Assessor
from rules.catalogue import Benefit
from rules.engine import FIRST_DAY, LAST_DAY
from rules.errors import RulesError, UnknownBenefitError

_DAY: Final = click.DateTime(["%Y-%m-%d"])
_KEYS: Final = {"facts", "on", "benefit"}


@click.command()
@click.option("--facts", "file", type=click.File("r", encoding="utf-8"), help="JSON object of facts; - reads stdin.")
@click.option("--on", "day", type=_DAY, help="The day asked about; today if left out.")
@click.option("--json", "as_json", is_flag=True, help="Print the verdicts as one JSON line.")
@click.option(
    "--batch", type=click.File("rb"), help='JSON lines {"facts": {…}, "on": DATE, "benefit": ID} in, one line out each.'
)
def eligibility(file: TextIO | None, day: datetime | None, as_json: bool, batch: BinaryIO | None) -> None:
    """What a household described by facts can get."""
    if batch is not None:
        _batch(rules_alone(read(os.environ)), batch)
    elif file is None:
        raise click.UsageError("--facts FILE or --batch FILE is needed")
    elif as_json:
        assessor = rules_alone(read(os.environ))
        facts = _given(file, assessor)
        _print(assessor.assess(facts, _on(day)).as_json())
    else:
        _tell(file, _on(day))


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the facts as one JSON list.")
def facts(as_json: bool) -> None:
    """Every fact that a facts file may hold."""
    described = rules_alone(read(os.environ)).describe_facts()
    if as_json:
        _print(described)
        return
    for fact in described:
        click.echo(f"{fact['id']}  [{fact['type']}: {_domain(fact)}]\n  {' '.join(fact['question'].split())}")


@click.group(invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="Print every benefit as it stands on the day, as one JSON list.")
@click.option("--unconfirmed", is_flag=True, help="List what must be asked again before it is promised.")
@click.option("--on", "day", type=_DAY, help="The day asked about; today if left out.")
@click.pass_context
def benefits(context: click.Context, as_json: bool, unconfirmed: bool, day: datetime | None) -> None:
    """The benefits that the rules know."""
    if context.invoked_subcommand is not None:
        return
    assessor, on = rules_alone(read(os.environ)), _on(day)
    if unconfirmed:
        found = unconfirmed_lines(assessor, on)
        if as_json:
            _print([msgspec.to_builtins(line) for line in found])
            return
        for line in found:
            click.echo(f"{line.benefit}  {line.title}")
            for text in line.figures:
                click.echo(f"  {text}")
    elif as_json:
        _print(assessor.describe_benefits(on))
    else:
        for benefit in assessor.engine.catalogue:
            mark = "" if benefit.block(on) is not None else "  (không áp dụng)"
            click.echo(f"{benefit.slug}  {benefit.title}{mark}")


@benefits.command()
@click.argument("slug")
@click.option("--on", "day", type=_DAY, help="The day asked about; today if left out.")
def show(slug: str, day: datetime | None) -> None:
    """One benefit as an officer checks it: conditions, amounts by date, law, and all cases with their verdicts."""
    assessor = rules_alone(read(os.environ))
    click.echo(sheet(assessor, _benefit(assessor, slug), _on(day)).text())


def _benefit(assessor: Assessor, slug: str) -> Benefit:
    try:
        return assessor.engine.catalogue.get(slug)
    except UnknownBenefitError as error:
        close = difflib.get_close_matches(slug, [each.slug for each in assessor.engine.catalogue], n=1, cutoff=0.4)
        raise UnknownBenefitError(f"{error}" + (f"; nearest valid id: {close[0]!r}" if close else "")) from None


def _batch(assessor: Assessor, lines: BinaryIO) -> None:
    file = Path(lines.name)
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            sys.stdout.write(_encoded(_case(assessor, line)) + "\n")
        except (msgspec.DecodeError, RulesError, ValueError, TypeError, RecursionError) as error:
            raise RulesError(f"line {number}: {error}", file=file) from error


def _case(assessor: Assessor, line: bytes) -> dict[str, Any]:
    case = msgspec.json.decode(line)
    if not isinstance(case, dict) or not isinstance(case.get("facts"), dict):
        raise TypeError('expected {"facts": {…}, "on": DATE, "benefit": ID}')
    unknown = sorted(set(case) - _KEYS)
    if unknown:
        close = difflib.get_close_matches(unknown[0], sorted(_KEYS), n=1, cutoff=0.5)
        raise ValueError(f"unknown key {unknown[0]!r}" + (f"; nearest valid key: {close[0]!r}" if close else ""))
    on = date.fromisoformat(case["on"]) if case.get("on") else _today()
    if not FIRST_DAY <= on <= LAST_DAY:
        raise ValueError(f"{on} lies outside the known law, {FIRST_DAY} to {LAST_DAY}")
    benefit = case.get("benefit")
    if benefit is not None:
        _benefit(assessor, str(benefit))
    return assessor.assess(case["facts"], on, benefit).as_json()


def _tell(file: TextIO, on: date) -> None:
    """The result as the bot tells it, for a person at the keyboard."""
    known = knowledge(read(os.environ))
    given = _given(file, known.assessor)
    now = datetime.now(VIETNAM)
    turn = Turn(Incoming("cli", "cli", "cli", now), Conversation(), known, now)
    found = report(turn, dict(_answers(given)), on)
    click.echo(summary(turn, found))
    click.echo(f"\n{more(turn, found)}")


def _given(file: TextIO, assessor: Assessor) -> Mapping[str, object]:
    name = Path(file.name)
    try:
        text = file.read()
    except UnicodeDecodeError as error:
        raise RulesError(f"line 1: no text in UTF-8: {error.reason}", file=name) from error
    return facts_file.read(text, name, assessor.engine.book)


def _answers(given: Any) -> Iterator[tuple[str, Any]]:
    """Facts of a file as the answers of a check."""
    for key, value in given.items():
        if key == "persons":
            for number, person in enumerate(value):
                yield f"{number}:who", "someone"
                yield from ((f"{number}:{fact}", each) for fact, each in person.items())
        else:
            yield (f"0:{key}" if key.startswith("person.") else key), value


def _domain(fact: dict[str, Any]) -> str:
    domain = fact["domain"]
    return ", ".join(domain) if isinstance(domain, list) else f"{domain['min']}–{domain['max']}"


def _on(day: datetime | None) -> date:
    return day.date() if day is not None else _today()


def _today() -> date:
    return datetime.now(VIETNAM).date()


def _print(value: Any) -> None:
    click.echo(_encoded(value))


def _encoded(value: Any) -> str:
    return msgspec.json.encode(value).decode()
