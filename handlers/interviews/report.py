"""One interview for every report form: what happened, to whom, when, then what the form asks.

`begin` puts into the answers who may report where; `look_up` puts whom a typed name may mean. Both only steer the
questions: `finish` hands over to `handlers.actions.reports`, which asks the register and `handlers.access` again.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from content.reading.options import Ambiguous, Option, read_option
from content.text import plain
from handlers.access import VILLAGE_HEAD, Actor, can_anywhere
from handlers.interview import Answers, Ask, DontKnow, Line, NotUnderstood, Understood
from handlers.messages import Choice
from handlers.reporting import answers as told
from handlers.reporting import candidates, hearing, saying
from handlers.reporting.frame import area_of, frame_of
from handlers.reporting.sending import send
from handlers.turn import Replies, Turn
from rules.reports.catalogue import GROUPS, ReportForm, forms
from rules.reports.model import Field
from storage import areas

KIND: Final = "report"
NEW: Final = "new"
_GROUP: Final = "group:"
_NEW_WORDS: Final = frozenset({"ho moi", "chua co", "nha moi", "ho chua co", "khong co trong danh sach"})
_DAYS: Final = {"today": 0, "yesterday": 1}


async def begin(turn: Turn, **known: Any) -> dict[str, Any] | None:
    """The answers to start with; None for somebody who reports nowhere."""
    actor = await turn.actor()
    if not can_anywhere(actor, "report_change"):
        return None
    answers: dict[str, Any] = {
        "submission": turn.knowledge.keys.keyed_hash(f"submission:{turn.seed}"),
        "officer": actor.role != VILLAGE_HEAD,
        **known,
    }
    return answers | await _own_village(turn, actor)


async def _own_village(turn: Turn, actor: Actor) -> dict[str, Any]:
    if actor.role != VILLAGE_HEAD:
        return {}
    return await area_named(turn, actor.area_key)


async def area_named(turn: Turn, key: str) -> dict[str, Any]:
    """A village as an answer."""
    connection = await turn.work.connection()
    row = await areas.get(connection, key)
    frame = frame_of(turn.knowledge.locality, turn.words)
    return {"area": candidates.area_kept(await area_of(connection, frame, row))} if row is not None else {}


async def look_up(turn: Turn, text: str) -> None:
    """Before what was typed is read: whom or which village it may mean."""
    running = turn.conversation.interview
    if running is None or running.kind != KIND or running.current not in ("subject", "other", "area"):
        return
    answers, field = running.answers, running.current
    actor = await turn.actor()
    connection = await turn.work.connection()
    if field == "area":
        rows = await areas.named(connection, plain(text).split(), actor.area_path, kinds=["village"], limit=9)
        frame = frame_of(turn.knowledge.locality, turn.words)
        kept = [candidates.area_kept(await area_of(connection, frame, row)) for row in rows[: candidates.MOST]]
        answers["found"] = [[each["key"], each["name"], None, each, None] for each in kept]
        answers["more"] = len(rows) > candidates.MOST
        return
    form = told.form_of(answers)
    members = field == "subject" and form is not None and form.form.subject == "member"
    frame = frame_of(turn.knowledge.locality, turn.words)
    answers["found"], answers["more"] = await candidates.candidates(connection, actor, frame, text, members=members)


def form_meant(text: str) -> str | tuple[str, ...] | None:
    """The form that a text names, or several that it may name."""
    read = read_option(text, [Option(form.slug, form.title, form.phrases) for form in forms()])
    if isinstance(read, Ambiguous):
        return read.candidates
    return read.value if read is not None else None


class Report:
    """The interview; see `handlers.interview.Interview`."""

    kind = KIND
    confirms = True

    def title(self, turn: Turn) -> str:
        running = turn.conversation.interview
        aside = next((one for one in turn.conversation.put_aside if one.kind == KIND), None)
        answers = running.answers if running is not None and running.kind == KIND else aside.answers if aside else {}
        form = told.form_of(answers)
        return form.title if form is not None else turn.say("reports.title")

    def next(self, turn: Turn, answers: Answers, skipped: frozenset[str]) -> str | None:
        form = told.form_of(answers)
        if form is None:
            return "form"
        before = ["subject", "area", *(["other"] if form.form.other else []), "day"]
        missing = next((name for name in before if name not in answers), None)
        if missing is not None:
            return missing
        names = [f"{told.FIELD}{field.id}" for field in told.asked(answers, form, turn.today)]
        return next((name for name in names if name not in answers and name not in skipped), None)

    def ask(self, turn: Turn, answers: Answers, field: str) -> Ask:
        form = told.form_of(answers)
        if field == "form" or form is None:
            return _ask_form(turn, answers)
        if field in ("subject", "other", "area"):
            options = tuple(Choice(each[0], each[1]) for each in answers.get("found", ()))
            text = {"subject": form.subject, "other": form.other, "area": turn.say("reports.ask_area")}[field]
            new = field == "subject" and form.form.may_be_new
            return Ask(text, (*options, turn.choice(NEW, "reports.new_household")) if new else options)
        if field == "day":
            return Ask(form.day, tuple(turn.choice(key, f"reports.{key}") for key in _DAYS))
        return _ask_field(turn, answers, form, field)

    def read(
        self, turn: Turn, answers: Answers, field: str, said: str, *, chosen: bool
    ) -> Understood | NotUnderstood | DontKnow:
        form = told.form_of(answers)
        if field == "form" or form is None:
            return _read_form(turn, answers, said, chosen=chosen)
        try:
            found = _read(turn, answers, form, field, said, chosen=chosen)
        except hearing.Unread as unread:
            options = self.ask(turn, answers, field).options
            text = turn.say(unread.key, **unread.values)
            return NotUnderstood(text, tuple(each for each in options if each.id in unread.options))
        if isinstance(found, NotUnderstood):
            return found
        after = {**answers, **found.answers}
        problem = form.problem(told.case_of(after, turn.today))
        if problem is not None and problem.field in (field, field.removeprefix(told.FIELD)):
            return NotUnderstood(saying.problem(turn, problem))
        return found

    def summary(self, turn: Turn, answers: Answers) -> list[Line]:
        form = told.form_of(answers)
        if form is None:
            return []
        lines = [Line("form", turn.say("reports.what"), form.title)]
        if "subject" in answers:
            lines.append(Line("subject", turn.say("reports.who"), answers["subject"]))
        if "area" in answers:
            lines.append(Line("area", turn.say("reports.where"), answers["area"]["name"]))
        if "other" in answers:
            lines.append(Line("other", turn.say("reports.into"), answers["other"]))
        if "day" in answers:
            day = turn.words.date(date.fromisoformat(answers["day"]))
            lines.append(Line("day", turn.say("reports.when"), day))
        case = told.case_of(answers, turn.today)
        for field in told.asked(answers, form, turn.today):
            value = answers.get(f"{told.FIELD}{field.id}")
            if value is not None:
                said = saying.value(turn, form, field, case, value)
                lines.append(Line(f"{told.FIELD}{field.id}", form.words[field.id].label, said))
        return lines

    async def finish(self, turn: Turn, answers: Answers) -> Replies:
        return await send(turn, dict(answers), self.summary)


def _ask_form(turn: Turn, answers: Answers) -> Ask:
    group = answers.get("group", "")
    if group:
        options = tuple(Choice(form.slug, form.title) for form in forms().in_group(group))
        return Ask(turn.say("reports.ask_form"), (*options, turn.choice(_GROUP, "reports.groups")))
    common = tuple(Choice(form.slug, form.title) for form in forms() if form.common)
    groups = tuple(turn.choice(f"{_GROUP}{group}", f"reports.group.{group}") for group in GROUPS)
    return Ask(turn.say("reports.ask_form"), (*common, *groups))


def _read_form(turn: Turn, answers: Answers, said: str, *, chosen: bool) -> Understood | NotUnderstood:
    if chosen and said.startswith(_GROUP):
        return Understood({"group": said.removeprefix(_GROUP)})
    meant = said if chosen and said in forms() else form_meant(said)
    if isinstance(meant, tuple):
        options = tuple(Choice(slug, forms().get(slug).title) for slug in meant)
        return NotUnderstood(turn.say("reports.which_form"), options)
    if meant is None:
        return NotUnderstood(turn.say("reports.no_such_form"))
    other = tuple(name for name in answers if name.startswith((told.FIELD, "other", "group")))
    before, after = told.form_of(answers), forms().get(meant)
    if before is not None and before.form.subject != after.form.subject:
        other += ("subject", "home", "member", "is_new")
    return Understood({"form": meant}, drop=other)


def _read(
    turn: Turn, answers: Answers, form: ReportForm, field: str, said: str, *, chosen: bool
) -> Understood | NotUnderstood:
    if field in ("subject", "other", "area"):
        return _read_found(turn, answers, form, field, said, chosen=chosen)
    if field == "day":
        if chosen and said in _DAYS:
            return Understood({"day": (turn.today - timedelta(days=_DAYS[said])).isoformat()})
        return Understood({"day": hearing.event_day(said, turn.today).isoformat()})
    own = next(each for each in form.form.fields if f"{told.FIELD}{each.id}" == field)
    case = told.case_of(answers, turn.today)
    value = hearing.heard(own, form.words[own.id], case, said, chosen=chosen, today=turn.today)
    return Understood({field: value})


def _read_found(
    turn: Turn, answers: Answers, form: ReportForm, field: str, said: str, *, chosen: bool
) -> Understood | NotUnderstood:
    found = answers.get("found", [])
    new = field == "subject" and form.form.may_be_new
    if new and ((chosen and said == NEW) or plain(said) in _NEW_WORDS):
        label = turn.say("reports.new_household")
        return Understood({"subject": label, "is_new": True, "found": []}, drop=("home", "member"))
    picked = next((each for each in found if chosen and each[0] == said), found[0] if len(found) == 1 else None)
    if picked is None:
        if not found and field == "area":
            return NotUnderstood(turn.say("reports.no_such_area"))
        if not found:
            return NotUnderstood(turn.say("reports.nobody", said=said[:40]))
        key = "reports.too_many" if answers.get("more") else "reports.several"
        return NotUnderstood(turn.say(key))
    _, label, home, area, member = picked
    if field == "area":
        return Understood({"area": area, "found": []})
    if field == "other":
        return Understood({"other": label, "other_home": home, "found": []})
    values: dict[str, Any] = {"subject": label, "home": home, "area": area, "is_new": False, "found": []}
    if member is not None:
        values["member"] = member
    # What was answered about the members of another household no longer means anything.
    stale = [f"{told.FIELD}{each.id}" for each in form.form.fields if each.kind in ("member", "members")]
    return Understood(
        values,
        "" if chosen else turn.say("reports.picked", who=label),
        drop=tuple(stale if member is not None else [*stale, "member"]),
    )


def _ask_field(turn: Turn, answers: Answers, form: ReportForm, name: str) -> Ask:
    field: Field = next(each for each in form.form.fields if f"{told.FIELD}{each.id}" == name)
    words = form.words[field.id]
    case = told.case_of(answers, turn.today)
    text, options = words.ask, tuple(Choice(key, label) for key, label in words.options.items())
    if field.kind == "member":
        people = [member for member in hearing.listed(case) if member.id != case.member_id]
        options = tuple(Choice(str(member.id), member.name) for member in people)
    elif field.kind == "members":
        lines = (f"{number}. {member.name}" for number, member in enumerate(hearing.listed(case), start=1))
        text = "\n".join((text, *lines))
    return Ask(text, options, skippable=not field.required)


interview: Final = Report()
