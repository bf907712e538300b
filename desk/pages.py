"""From a template to an answer: the words, dates and marks that all pages of the desk share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import MediaType, Response
from litestar.datastructures import Cookie

from content.exchange.layout import load as layout
from desk.gate import Visitor
from desk.parts import Parts
from handlers.access import Actor, can_anywhere, invite_verb
from handlers.actions.people import PeopleError
from handlers.actions.reports import ReportError, SeenFirstError
from handlers.turn import VIETNAM
from rules.reports.catalogue import forms
from rules.reports.model import Problem

_FOLDER: Final = Path(__file__).parent
Page = Callable[..., Response[str]]
_NOT_KEPT: Final = {"Cache-Control": "no-store"}
MENU: Final = (
    ("reports", "/can-bo", "see_report"),
    ("inbox", "/can-bo/hop-thu", "answer_case"),
    ("knowledge", "/can-bo/kien-thuc", "edit_knowledge"),
    ("register", "/can-bo/so-ho", "see_household"),
    ("entitled", "/can-bo/quyen-loi-moi", "see_findings"),
    ("figures", "/can-bo/so-lieu", "see_figures"),
    ("analytics", "/can-bo/thong-ke", "see_analytics"),
    ("exchange", "/can-bo/nhap", "import_register"),
    ("broadcasts", "/can-bo/thong-bao", "see_broadcast"),
    ("news", "/can-bo/tin", "see_broadcast"),
    ("dialogues", "/can-bo/doi-thoai", "see_broadcast"),
    ("nominations", "/can-bo/de-cu", "see_nomination"),
    ("people", "/can-bo/nguoi", "see_people"),
    ("audit", "/can-bo/nhat-ky", "see_audit"),
)
"""What is above every page: the end of a phrase key, the address, and the verb that it takes."""


def pages(parts: Parts) -> Page:
    """The function that renders a template for a visitor."""
    environment = Environment(
        loader=FileSystemLoader(_FOLDER / "templates"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    shown = Shown(parts)
    environment.filters |= {
        "day": shown.day, "moment": shown.moment, "number": parts.words.number, "field": shown.field,
        "birth": shown.birth, "term": shown.term, "query": query,
    }  # fmt: skip
    environment.globals |= {"say": parts.say, "title_of": shown.form_title}

    def page(
        template: str, visitor: Visitor | None, *, status: int = 200, cookies: list[Cookie] | None = None, **values: Any
    ) -> Response[str]:
        menu = menu_of(visitor.actor) if visitor is not None else ()
        body = environment.get_template(f"desk/{template}").render(
            visitor=visitor, menu=menu, place=parts.knowledge.locality.about.title, today=parts.today,
            **{"done": "", "active": "", **values},
        )  # fmt: skip
        return Response(body, media_type=MediaType.HTML, status_code=status, headers=_NOT_KEPT, cookies=cookies or [])

    return page


def menu_of(actor: Actor) -> list[tuple[str, str]]:
    """The ways that are open to a role."""
    return [(name, address) for name, address, verb in MENU if can_anywhere(actor, verb)]


def query(values: Mapping[str, Any]) -> str:
    """The filters of a page as the end of an address, without the empty ones."""
    return urlencode({name: value for name, value in values.items() if value})


def invitable(actor: Actor) -> list[str]:
    """The roles that somebody may give."""
    roles = ("village_head", "commune_officer", "district_officer", "communications_staff", "administrator")
    return [role for role in roles if can_anywhere(actor, invite_verb(role))]


class Shown:
    """How values of the register are written."""

    def __init__(self, parts: Parts) -> None:
        self._parts: Final = parts

    def day(self, value: date | None) -> str:
        return self._parts.words.date(value) if value is not None else "–"

    def moment(self, value: datetime | None) -> str:
        return self._parts.words.time(value.astimezone(VIETNAM)) if value is not None else "–"

    def birth(self, member: Mapping[str, Any]) -> str:
        """A birth date as far as it is known."""
        born: date | None = member.get("birth_date")
        if born is None:
            return "–"
        precision = member.get("birth_precision", "day")
        if precision == "day":
            return self.day(born)
        return str(born.year) if precision == "year" else f"{born:%m/%Y}"

    def term(self, value: str | None, kind: str) -> str:
        """The official term of a status, relation or sex, as files of the exchange write it."""
        names: Mapping[str, tuple[str, ...]] = getattr(layout(), kind)
        return names[value][0] if value is not None and value in names else (value or "–")

    def field(self, value: Any, name: str) -> str:
        """Any field of a household or member in words."""
        if value is None or value in ("", [], ()):
            return "–"
        kinds = {"status": "statuses", "relation": "relations", "sex": "sexes"}
        if name in kinds:
            return self.term(value, kinds[name])
        if isinstance(value, bool):
            return self._parts.say("desk.yes" if value else "desk.no")
        if isinstance(value, date):
            return self.day(value)
        if isinstance(value, list | tuple):
            return ", ".join(self._known(name, each) for each in value)
        return self._known(name, value)

    def form_title(self, slug: str) -> str:
        """The title of a report form, or what an entry of the history is called that is no report."""
        if slug in forms():
            return forms().get(slug).title
        return self._known("kind", slug)

    def _known(self, name: str, value: Any) -> str:
        key = f"desk.value.{name}_{value}"
        return self._parts.say(key) if key in self._parts.words.phrases else str(value)


def problem_said(parts: Parts, problem: Problem) -> str:
    """Why a report cannot be so."""
    return parts.say(f"reports.check.{problem.key}", **problem.values)


def error_said(parts: Parts, error: ReportError | PeopleError) -> str:
    """What cannot be done, and why."""
    if isinstance(error, PeopleError):
        key = f"people.error.{error.reason}"
        return parts.say(key if key in parts.words.phrases else "desk.error_people")
    if isinstance(error, SeenFirstError):
        last = error.last
        return parts.say(
            "desk.error_first",
            name=(last.name if last is not None else "") or parts.say("desk.somebody"),
            move=parts.say(f"desk.did.{last.move}") if last is not None else "",
            state=parts.say(f"desk.state.{error.row.state}"),
        )
    return parts.say(error.key, **error.values)


def told_lines(
    parts: Parts, row_form: str, told: Mapping[str, Any], members: Mapping[int, str]
) -> list[tuple[str, str]]:
    """What the sender answered: label and answer."""
    form = forms().get(row_form)
    shown = Shown(parts)
    found = []
    for field in form.form.fields:
        answer = told.get(field.id)
        if answer is None or answer == "":
            continue
        words = form.words[field.id]
        if field.kind == "choice":
            said = words.options.get(answer, str(answer))
        elif field.kind == "birth":
            said = shown.birth(_born(answer))
        elif field.kind in ("member", "members"):
            said = ", ".join(_names(members, answer if isinstance(answer, list) else [answer]))
        elif field.kind == "people":
            said = "; ".join(_person(shown, each) for each in answer)
        else:
            said = str(answer)
        found.append((words.label, said))
    return found


def _person(shown: Shown, said: Mapping[str, Any]) -> str:
    beside = [shown.term(said["relation"], "relations")] if said.get("relation") else []
    if said.get("birth"):
        beside.append(shown.birth(_born(said["birth"])))
    return f"{said['name']} ({', '.join(beside)})" if beside else str(said["name"])


def _born(said: Mapping[str, str]) -> dict[str, Any]:
    return {"birth_date": date.fromisoformat(said["date"]), "birth_precision": said["precision"]}


def _names(members: Mapping[int, str], ids: Iterable[Any]) -> list[str]:
    return [members.get(each, str(each)) for each in ids]
