"""What a check found, in the order of telling: what to apply for, what may be considered, what is open, what is not."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from content.eligibility import Guide
from handlers.eligibility import answers as fields
from handlers.eligibility.amounts import amount_text
from handlers.eligibility.answers import Answers
from handlers.eligibility.asking import called, capitalised, fact_label, label_of
from handlers.eligibility.checking import Checked, Nearby, check, local_documents, what_would_help
from handlers.eligibility.hearing import only
from handlers.turn import Turn
from rules.assess import Assessor
from rules.catalogue import Benefit, filled
from rules.verdict import Result

STATUS = "household.status"
_NOT_IN_FORCE = "not_in_force"


@dataclass(frozen=True, slots=True)
class Item:
    """A benefit somebody may get: for whom, how much, with which papers and where."""

    slug: str
    title: str
    who: str
    amount: str
    entitled: bool
    confirmed: bool
    papers: tuple[str, ...]
    place: str
    time: str
    law: tuple[str, ...]
    local: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """The whole of a check on one day, in the person's language."""

    on: date
    items: tuple[Item, ...]
    instead: tuple[str, ...]
    needed: tuple[str, ...]
    near: tuple[str, ...]
    refused: tuple[str, ...]
    unsettled: tuple[str, ...]

    @property
    def entitled(self) -> tuple[Item, ...]:
        return tuple(item for item in self.items if item.entitled)

    @property
    def considered(self) -> tuple[Item, ...]:
        return tuple(item for item in self.items if not item.entitled)


def report(turn: Turn, answers: Answers, on: date) -> Report:
    """Everything that is told about the answers on that day."""
    return _Reporting(turn, answers, on).whole()


def items_of(turn: Turn, answers: Answers, checked: Checked) -> tuple[Item, ...]:
    """What somebody may get, in the order in which it is told."""
    return _Reporting(turn, answers, checked.on, checked).items()


class _Reporting:
    """One report while it is put together."""

    def __init__(self, turn: Turn, answers: Answers, on: date, checked: Checked | None = None) -> None:
        self.turn, self.answers, self.on = turn, answers, on
        self.assessor: Assessor = turn.knowledge.assessor
        self.guide: Guide = turn.knowledge.guide
        self.about = only(turn, answers)
        self.checked = checked or check(self.assessor, answers, on, self.about)

    def whole(self) -> Report:
        refused = [result for result in self.checked.results if self._worth_refusing(result)]
        helped = [(result, what_would_help(self.assessor, self.checked, result)) for result in refused]
        near = self._near([(result, found) for result, found in helped if found is not None])
        far = [result for result, found in helped if found is None]
        closed = far if not self.about else []
        shown = near + ([self._why_not(result) for result in far] if self.about else [])
        return Report(
            on=self.on,
            items=self.items(),
            instead=tuple(self._instead(result) for result in self.checked.eligible if result.instead),
            needed=self._needed(),
            near=tuple(shown),
            refused=self._refused(closed),
            unsettled=tuple(
                self._title(result)
                for result in self.checked.results
                if result.verdict == "unknown" and not result.missing
            ),
        )

    def items(self) -> tuple[Item, ...]:
        together: dict[tuple[str, str], list[Result]] = defaultdict(list)
        for result in self.checked.eligible:
            if not result.instead and not self._states_only_the_status(result):
                together[result.benefit, self._amount(result)].append(result)
        found = [self._item(results) for results in together.values()]
        return tuple(sorted(found, key=lambda item: (not item.entitled, self._place(item.slug))))

    def _item(self, results: list[Result]) -> Item:
        first = results[0]
        benefit = self._benefit(first)
        procedure = benefit.procedure(self.on)
        documents = [figure.document for figure in self.turn.knowledge.local_figures]
        return Item(
            slug=benefit.slug,
            title=self._name(benefit),
            who=", ".join(self._who(result.person) for result in results),
            amount=self._amount(first),
            entitled=self.guide.group(benefit.group).entitled,
            confirmed=all(result.confidence == "confirmed" for result in results),
            papers=tuple(self._filled(paper) for paper in procedure.papers) if procedure else (),
            place=self._filled(procedure.place) if procedure else "",
            time=self._filled(procedure.time) if procedure else "",
            law=tuple(citation.text for citation in first.law),
            local=tuple(local_documents(self.assessor, self.checked, first, documents)),
        )

    def _states_only_the_status(self, result: Result) -> bool:
        """An estimate of the status is no news where the person told the decision on it."""
        return self._benefit(result).group == "status" and self.answers.get(STATUS, "none") != "none" and not self.about

    def _amount(self, result: Result) -> str:
        text = amount_text(self.turn.words, result, self._benefit(result).group)
        if not text and result.missing:
            return self.turn.say("eligibility.amount_needs", facts=self._facts(result))
        return text

    def _instead(self, result: Result) -> str:
        other = self.assessor.engine.catalogue.get(result.instead or "")
        return self.turn.say("eligibility.instead", title=self._title(result), other=self._name(other))

    def _needed(self) -> tuple[str, ...]:
        """What is open, by what has to be known for it."""
        open_ones: dict[str, list[Result]] = defaultdict(list)
        for result in self.checked.results:
            if result.verdict == "unknown" and result.missing:
                fact = self.assessor.engine.book.get(result.missing[0])
                open_ones[
                    fields.field(fact.id, self._number(result.person) if fact.level == "person" else None)
                ].append(result)
        ordered = sorted(open_ones.items(), key=lambda pair: -len(pair[1]))
        return tuple(
            self.turn.say(
                "eligibility.need", fact=fact_label(self.turn, self.answers, name), titles=self._some(results)
            )
            for name, results in ordered
        )

    def _worth_refusing(self, result: Result) -> bool:
        """Not what has ended, nor another card where one is already given, nor the status itself."""
        benefit = self._benefit(result)
        if result.verdict != "not_eligible" or (result.note == _NOT_IN_FORCE and not self.about):
            return False
        if benefit.group == "status" and not self.about:
            return False
        kind = benefit.overlap
        has = [each for each in self.checked.eligible if kind and self._benefit(each).overlap == kind]
        return not any(each.person == result.person for each in has)

    def _near(self, found: list[tuple[Result, Nearby]]) -> list[str]:
        lines: list[str] = []
        by_change: dict[Nearby, list[Result]] = defaultdict(list)
        for result, nearby in found:
            by_change[nearby].append(result)
        for nearby, results in by_change.items():
            fact = self.assessor.engine.book.get(nearby.fact)
            value = label_of(self.turn, fact, nearby.value)
            key = f"eligibility.near_{fact.id.split('.')[1]}"
            who = self._who(results[0].person)
            lines.append(self.turn.say(key, who=capitalised(who), value=value, titles=self._some(results)))
        return lines

    def _why_not(self, result: Result) -> str:
        if result.note == _NOT_IN_FORCE or not result.because:
            return self.turn.say("eligibility.not_in_force", title=self._title(result))
        return self.turn.say("eligibility.because", title=self._title(result), reason=self._reason(result))

    def _reason(self, result: Result) -> str:
        """The answer that decided."""
        reason = result.because[-1]
        fact = self.assessor.engine.book.get(reason.fact)
        number = self._number(result.person) if fact.level == "person" else None
        label = fact_label(self.turn, self.answers, fields.field(fact.id, number))
        return f"{label}: {label_of(self.turn, fact, reason.value)}"

    def _refused(self, results: list[Result]) -> tuple[str, ...]:
        """By the answer that decided, so that it is said once."""
        by_reason: dict[str, list[str]] = defaultdict(list)
        for result in results:
            if result.because:
                by_reason[self._reason(result)].append(self._name(self._benefit(result)))
        return tuple(
            self.turn.say("eligibility.because_all", titles="; ".join(dict.fromkeys(titles)), reason=reason)
            for reason, titles in by_reason.items()
        )

    def _some(self, results: list[Result]) -> str:
        names = list(dict.fromkeys(self._name(self._benefit(result)) for result in results))
        most = 3
        if len(names) <= most:
            return "; ".join(names)
        return self.turn.say("eligibility.and_more", titles="; ".join(names[:most]), count=len(names) - most)

    def _facts(self, result: Result) -> str:
        book = self.assessor.engine.book
        return ", ".join(self.turn.words.translate(book.get(fact).short) for fact in result.missing)

    def _title(self, result: Result) -> str:
        name = self._name(self._benefit(result))
        return name if result.person is None else f"{name} ({self._who(result.person)})"

    def _name(self, benefit: Benefit) -> str:
        return self.turn.words.translate(benefit.title)

    def _who(self, place: int | None) -> str:
        if place is None:
            return self.turn.say("eligibility.whole_family")
        number = self._number(place) or 0
        if fields.field(fields.WHO, number) not in self.answers:
            return self.turn.say("eligibility.member")
        return called(self.turn, self.answers, number)

    def _number(self, place: int | None) -> int | None:
        """The person's number in the answers, from the place in the list that the rules saw."""
        numbers = fields.people(self.answers)
        return None if place is None else (numbers[place] if place < len(numbers) else place)

    def _benefit(self, result: Result) -> Benefit:
        return self.assessor.engine.catalogue.get(result.benefit)

    def _place(self, slug: str) -> int:
        return self.guide.places[self.assessor.engine.catalogue.get(slug).group]

    def _filled(self, text: str) -> str:
        return filled(self.turn.words.translate(text), self.assessor.engine.parameters, self.on)
