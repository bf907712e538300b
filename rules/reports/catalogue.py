"""Discovers `reports/<slug>/`, checks words against fields, and hands out the forms; a mistake names its file."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from rules.errors import RulesError
from rules.reports.model import Case, Effect, Field, Form, Problem
from rules.reports.standing import STANDING

FOLDER: Final = Path(__file__).parent
GROUPS: Final = ("people", "household", "poverty")
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class FieldWords:
    """How a field is asked and what it is called; `options` by the id of each."""

    ask: str
    label: str
    options: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ReportForm:
    """One folder: the form with its words."""

    slug: str
    title: str
    group: str
    common: bool
    phrases: tuple[str, ...]
    subject: str
    day: str
    other: str
    words: Mapping[str, FieldWords]
    form: Form

    def asked(self, case: Case, *, officer: bool) -> Iterator[Field]:
        """The fields that a case needs, in order."""
        for field in self.form.fields:
            if (officer or not field.officer) and (field.wanted is None or field.wanted(case)):
                yield field

    def problem(self, case: Case) -> Problem | None:
        """The first thing that cannot be so, as far as the case is known."""
        for check in (*STANDING, *self.form.checks):
            found = check(case)
            if found is not None:
                return found
        return None

    def effect(self, case: Case) -> Effect:
        """What approving it does."""
        return self.form.effect(case)


class Forms:
    """All forms by slug."""

    def __init__(self, forms: Iterable[ReportForm]) -> None:
        self._by_slug: Final[dict[str, ReportForm]] = {}
        for form in forms:
            if form.slug in self._by_slug:
                raise RulesError(f"report form {form.slug!r} exists twice")
            self._by_slug[form.slug] = form

    def __iter__(self) -> Iterator[ReportForm]:
        return iter(self._by_slug.values())

    def __contains__(self, slug: object) -> bool:
        return slug in self._by_slug

    def get(self, slug: str) -> ReportForm:
        """The form with this slug.

        Raises:
            RulesError: no folder has this name.
        """
        try:
            return self._by_slug[slug]
        except KeyError:
            raise RulesError(f"unknown report form {slug!r}") from None

    def in_group(self, group: str) -> list[ReportForm]:
        return [form for form in self if form.group == group]


@cache
def forms() -> Forms:
    """The forms of this package, read at the first use."""
    return load()


def load(folder: Path = FOLDER) -> Forms:
    """Read every folder with a `form.yaml`.

    Raises:
        RulesError: words that are missing or left over, or a group that does not exist.
    """
    return Forms(_read(file) for file in sorted(folder.glob("*/form.yaml")))


def _read(file: Path) -> ReportForm:
    words = yaml.load(file.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506  # a safe loader, see above
    slug = file.parent.name
    form: Form = importlib.import_module(f"rules.reports.{slug}.form").form
    try:
        if words["slug"] != slug:
            raise ValueError(f"the slug {words['slug']!r} is not the folder's name")
        if words["group"] not in GROUPS:
            raise ValueError(f"unknown group {words['group']!r}")
        if form.other and "other" not in words:
            raise ValueError("a form about two households says how the second is asked for")
        return ReportForm(
            slug=slug,
            title=words["title"],
            group=words["group"],
            common=bool(words.get("common", False)),
            phrases=tuple(words["phrases"]),
            subject=words["subject"],
            day=words["day"],
            other=words.get("other", ""),
            words=_field_words(form, words.get("fields") or {}),
            form=form,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise RulesError(f"report form {slug!r}: {error}", file=file) from error


def _field_words(form: Form, words: Mapping[str, Any]) -> dict[str, FieldWords]:
    ids = [field.id for field in form.fields]
    if sorted(ids) != sorted(words):
        raise ValueError(f"fields are {sorted(ids)}, words are there for {sorted(words)}")
    found = {}
    for field in form.fields:
        said = words[field.id]
        options = {str(key): label for key, label in (said.get("options") or {}).items()}
        if sorted(options) != sorted(field.options):
            raise ValueError(f"{field.id}: options are {sorted(field.options)}, words are there for {sorted(options)}")
        found[field.id] = FieldWords(said["ask"], said["label"], options)
    return found
