"""Reports in words: a value, a problem, an error, a line of a list, the whole of one."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from handlers.actions.reports import ReportError, SeenFirstError, Viewed, correction_said
from handlers.messages import Choice
from handlers.reporting.candidates import household_label
from handlers.turn import VIETNAM, Turn
from rules.reports.catalogue import ReportForm, forms
from rules.reports.model import Case, Field, Problem
from rules.review import allowed
from storage.reports import ReportRow

_MOST_STEPS: Final = 6


def value(turn: Turn, form: ReportForm, field: Field, case: Case, answered: Any) -> str:
    """An answer as the person reads it."""
    if field.kind == "choice":
        return form.words[field.id].options.get(answered, str(answered))
    if field.kind == "birth":
        return birth(turn, answered)
    if field.kind in ("member", "members") and case.household is not None:
        ids = answered if isinstance(answered, list) else [answered]
        people = [case.household.member(each) for each in ids]
        return ", ".join(member.name for member in people if member is not None)
    if field.kind == "people":
        return "; ".join(each["name"] for each in answered)
    return str(answered)


def birth(turn: Turn, said: dict[str, str]) -> str:
    day = date.fromisoformat(said["date"])
    if said["precision"] == "day":
        return turn.words.date(day)
    return str(day.year) if said["precision"] == "year" else f"{day.month:02d}/{day.year}"


def problem(turn: Turn, found: Problem) -> str:
    """Why it cannot be so, and what is needed."""
    return turn.say(f"reports.check.{found.key}", **_dated(turn, found.values))


def error(turn: Turn, failed: ReportError) -> str:
    """What cannot be done, and why."""
    if isinstance(failed, SeenFirstError):
        last = failed.last
        return turn.say(
            "reports.error_first",
            receipt=failed.row.receipt,
            name=(last.name if last is not None else "") or turn.say("reports.somebody"),
            move=turn.say(f"reports.did.{last.move}") if last is not None else "",
            state=turn.say(f"reports.state.{failed.row.state}"),
        )
    return turn.say(failed.key, **_dated(turn, failed.values))


def line(turn: Turn, row: ReportRow) -> str:
    """One line of a list: no names, so that a list shows nobody's affairs over a shoulder."""
    return turn.say(
        "reports.line",
        receipt=row.receipt,
        title=forms().get(row.form).title,
        area=row.area_name,
        state=turn.say(f"reports.state.{row.state}"),
    )


def whole(turn: Turn, seen: Viewed) -> str:
    """A report with who, when, what was told, how the household stands, and its last steps."""
    row, case, form = seen.row, seen.case, forms().get(seen.row.form)
    lines = [f"{row.receipt} · {form.title}", f"• {turn.say('reports.where')}: {row.area_name}"]
    if case.household is not None:
        lines.append(f"• {turn.say('reports.household')}: {household_label(case.household)}")
        status = turn.say(f"reports.status.{case.household.status}")
        stands = turn.say("reports.stands", status=status, persons=len(case.household.living))
        lines.append(f"• {turn.say('reports.now')}: {stands}")
    if case.member is not None:
        lines.append(f"• {turn.say('reports.person')}: {case.member.name}")
    if case.other is not None:
        lines.append(f"• {turn.say('reports.into')}: {household_label(case.other)}")
    lines.append(f"• {turn.say('reports.when')}: {turn.words.date(row.event_date)}")
    for field in form.form.fields:
        if seen.told.fields.get(field.id) is not None:
            label = form.words[field.id].label
            lines.append(f"• {label}: {value(turn, form, field, case, seen.told.fields[field.id])}")
    found = form.problem(case) if row.state in ("sent", "checking", "checked", "deciding") else None
    if found is not None:
        lines.append(f"⚠ {problem(turn, found)}")
    lines.append(turn.say("reports.state.is", state=turn.say(f"reports.state.{row.state}")))
    lines += [_step(turn, seen, number) for number in range(max(0, len(seen.moves) - _MOST_STEPS), len(seen.moves))]
    return "\n".join(lines)


def ways_on(turn: Turn, seen: Viewed) -> tuple[Choice, ...]:
    """The moves that this person may make now, as choices."""
    row = seen.row
    return tuple(
        turn.choice(f"review:{made}:{row.id}:{row.version}", f"reports.do.{made}")
        for made in allowed(row.state, seen.parts)
    )


def _step(turn: Turn, seen: Viewed, number: int) -> str:
    made = seen.moves[number]
    step = turn.say(
        "reports.step",
        day=turn.words.time(made.at.astimezone(VIETNAM)),
        name=made.name or turn.say("reports.somebody"),
        move=turn.say(f"reports.did.{made.move}"),
    )
    lines = [correction_said(turn.words, each) for each in seen.corrections.get(made.id, ())]
    reason = seen.reasons.get(made.id)
    return "\n  ".join([f"{step}: {reason}" if reason else step, *lines])


def _dated(turn: Turn, values: Any) -> dict[str, Any]:
    return {name: turn.words.date(each) if isinstance(each, date) else each for name, each in values.items()}
