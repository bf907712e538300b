"""Fills the figures, offices and dates of the law into an article's text, for a day, a locality and a language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment

from content.articles import Article, Block, Part
from content.errors import ContentError
from content.localities import Locality, Office
from content.words import Words
from rules.errors import RulesError
from rules.parameters import Confidence, Number, Parameters


@dataclass(frozen=True, slots=True)
class Filled:
    """A text ready to be read. It is unconfirmed when its block, or any figure in it, is."""

    text: str
    law: str
    confidence: Confidence
    parameters: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stretch:
    """What was valid on `[start, end)` of a period asked about; `filled` is None where nothing is known."""

    start: date
    end: date
    filled: Filled | None


class Filler:
    """Fills article texts for one locality. Filled texts are remembered: the same day asks the same again."""

    def __init__(self, parameters: Parameters, locality: Locality) -> None:
        self._parameters: Final = parameters
        self._locality: Final = locality
        self._templates: Final = SandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
        self._compile: Final = lru_cache(maxsize=2048)(self._templates.from_string)
        self._filled: Final = lru_cache(maxsize=4096)(self._fill)

    def part(self, article: Article, part: Part | None, on: date, words: Words) -> Filled | None:
        """The answer (part None) or a part as it holds on that day; None where no text is dated for it."""
        block = article.block(part, on)
        return None if block is None else self._filled(block, on, words)

    def over(self, article: Article, part: Part | None, start: date, end: date, words: Words) -> list[Stretch]:
        """The different texts that held within `[start, end)`, oldest first, equal neighbours joined."""
        stretches: list[Stretch] = []
        days = sorted({start, *(day for day in self._changes(article, part, words) if start < day < end)})
        for day, following in zip(days, [*days[1:], end], strict=True):
            filled = self.part(article, part, day, words)
            last = stretches[-1] if stretches else None
            if last is not None and _same(last.filled, filled):
                stretches[-1] = Stretch(last.start, following, last.filled)
            else:
                stretches.append(Stretch(day, following, filled))
        return stretches

    @property
    def offices(self) -> tuple[Office, ...]:
        """The offices that a text may name."""
        return self._locality.offices

    def knows(self, parameter_id: str) -> bool:
        """Whether there is such a figure."""
        return parameter_id in self._parameters

    def block(self, block: Block, on: date, words: Words) -> Filled:
        """One dated text on one of its days.

        Raises:
            ContentError: a placeholder, an office or a figure in it cannot be filled on that day.
        """
        return self._filled(block, on, words)

    def days_of(self, block: Block, words: Words) -> set[date]:
        """The days on which a text begins, can change, and ends.

        Raises:
            ContentError: as `block`.
        """
        days = {block.start, *(() if block.end is None else (block.end,))}
        ends = () if block.end is None else (block.end - timedelta(days=1),)
        for on in (block.start, *ends):
            for parameter in self._filled(block, on, words).parameters:
                days.update(self._parameters.starts(parameter))
        return days

    def _changes(self, article: Article, part: Part | None, words: Words) -> set[date]:
        return {day for block in article.blocks(part) for day in self.days_of(block, words)}

    def _fill(self, block: Block, on: date, words: Words) -> Filled:
        used: dict[str, Confidence] = {}

        def p(parameter_id: str) -> Number:
            line = self._parameters.line(parameter_id, on)
            used[parameter_id] = line.confidence
            return line.value

        def office(role: str) -> str:
            return words.translate(self._locality.office(role).name)

        names: dict[str, Any] = {
            "p": p,
            "on": on,
            "money": lambda value: words.money(_exact(value)),
            "percent": lambda value: words.percent(_exact(value)),
            "number": lambda value: words.number(_exact(value)),
            "date": words.date,
            "office": office,
            "commune": words.translate(self._locality.commune_words.commune),
            "village_head": words.translate(self._locality.commune_words.village_head),
        }
        try:
            text = self._compile(words.translate(block.text)).render(names).strip()
        except (TemplateError, RulesError, TypeError, ArithmeticError) as error:
            raise ContentError(f"the text from {block.start} cannot be filled for {on}: {error}") from error
        confidence: Confidence = "unconfirmed" if "unconfirmed" in (block.confidence, *used.values()) else "confirmed"
        return Filled(text, words.translate(block.law), confidence, tuple(sorted(used)))


def _exact(value: Number | float) -> int | Decimal:
    """Template arithmetic may mix a literal like 0.5 in; figures stay decimal."""
    return Decimal(str(value)) if isinstance(value, float) else value


def _same(one: Filled | None, other: Filled | None) -> bool:
    if one is None or other is None:
        return one is other
    return (one.text, one.law, one.confidence) == (other.text, other.law, other.confidence)
