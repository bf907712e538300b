"""What was understood of a message about a household: facts by person, with the words each came from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from content.reading.ages import Age
from content.reading.result import About, Refused
from rules.facts import Value

ROUGHLY: Final[dict[About, str]] = {"exact": "", "about": "khoảng ", "over": "hơn ", "under": "gần "}


@dataclass(frozen=True, slots=True)
class Said:
    """One fact. `implied` where another fact or the word for a relative tells it, so it need not be said back."""

    fact: str
    value: Value
    words: str
    say: str
    about: About = "exact"
    implied: bool = False
    sensitive: bool = False
    age: Age | None = None

    @property
    def approximate(self) -> bool:
        """Whether the caller should have it confirmed before it counts."""
        return self.about != "exact"


@dataclass(frozen=True, slots=True)
class Denied:
    """A value that is ruled out while the fact itself stays unknown: "không phải hộ nghèo"."""

    fact: str
    value: Value
    words: str
    say: str


@dataclass(frozen=True, slots=True)
class Unclear:
    """Words about a fact from which no single value can be taken, and why. `person` is None for the household."""

    fact: str
    person: int | None
    refused: Refused


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Statements of one message that cannot all be true; none of them is among the facts."""

    fact: str
    person: int | None
    sides: tuple[Said | Denied, ...]


@dataclass(frozen=True, slots=True)
class RecognisedPerson:
    """One person of the message. `relation` is a key of `phrases.yaml`, empty where nobody was named."""

    relation: str
    label: str
    words: str
    facts: tuple[Said, ...]
    denied: tuple[Denied, ...] = ()

    def get(self, fact: str) -> Said | None:
        """What was said of that fact."""
        return next((said for said in self.facts if said.fact == fact), None)


@dataclass(frozen=True, slots=True)
class Recognised:
    """Everything that one message states."""

    household: tuple[Said, ...]
    persons: tuple[RecognisedPerson, ...]
    denied: tuple[Denied, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()
    unclear: tuple[Unclear, ...] = ()
    size: int | None = None

    def __bool__(self) -> bool:
        return bool(
            self.household
            or any(person.facts or person.denied for person in self.persons)
            or self.denied
            or self.contradictions
        )

    def get(self, fact: str) -> Said | None:
        """What was said of a fact of the household."""
        return next((said for said in self.household if said.fact == fact), None)

    def values(self, *, approximate: bool = False) -> dict[str, object]:
        """The facts as `rules.household.parse` takes them; rough figures only once they were confirmed."""
        household: dict[str, object] = {
            said.fact: said.value for said in self.household if approximate or not said.approximate
        }
        if self.persons:
            household["persons"] = [
                {said.fact: said.value for said in person.facts if approximate or not said.approximate}
                for person in self.persons
            ]
        return household

    def to_confirm(self) -> tuple[tuple[int | None, Said], ...]:
        """The rough figures, with the place of the person in the list, None for the household."""
        own: list[tuple[int | None, Said]] = [(None, said) for said in self.household if said.approximate]
        own += [(index, said) for index, person in enumerate(self.persons) for said in person.facts if said.approximate]
        return tuple(own)

    def say_back(self, *, sensitive: bool = False) -> list[str]:
        """What was understood, by person and then of the house: "bà 82 tuổi, không có lương hưu", "hộ nghèo"."""
        lines = []
        for person in self.persons:
            own = [said.say for said in person.facts if not said.implied and (sensitive or not said.sensitive)]
            own += [denied.say for denied in person.denied]
            if own:
                lines.append(f"{person.label} {', '.join(own)}".strip())
        lines += [said.say for said in self.household if not said.implied and (sensitive or not said.sensitive)]
        lines += [denied.say for denied in self.denied]
        if self.size is not None:
            lines.append(f"nhà {self.size} người")
        return lines
