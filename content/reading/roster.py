"""The persons of a message while it is read, and what is said of each."""

from __future__ import annotations

from dataclasses import dataclass, field

from content.reading.persons import SELF, Mention
from content.reading.phrasebook import Relation
from content.reading.recognised import Denied, Said


@dataclass(slots=True)
class Entry:
    """One person, or the household, with everything said of it, in the order it was said."""

    relation: str = ""
    label: str = ""
    words: str = ""
    modifiers: tuple[str, ...] = ()
    several: bool = False
    clause: int = 0
    said: list[Said] = field(default_factory=list)
    denied: list[Denied] = field(default_factory=list)

    def values(self, fact: str) -> list[Said]:
        """What was said of that fact."""
        return [said for said in self.said if said.fact == fact]

    @property
    def told(self) -> bool:
        """Whether anything but what the word itself tells is known."""
        return any(not said.implied for said in self.said) or bool(self.denied)


class Roster:
    """Keeps persons apart, and knows whom a statement without a name is about."""

    def __init__(self, relations: dict[str, Relation]) -> None:
        self._relations = relations
        self.persons: list[Entry] = []
        self.current: Entry | None = None
        self._before: Entry | None = None
        self._until: int | None = None

    def at_clause(self, clause: int) -> None:
        """A companion ("ở với bà") is spoken of only to the end of the clause."""
        if self._until is not None and clause > self._until:
            self.current, self._before, self._until = self._before, None, None

    def named(self, mention: Mention, words: str, clause: int) -> Entry:
        """The person that a mention names: somebody known, or somebody new; from now on spoken of."""
        entry = self._known(mention)
        if entry is None and self._is_nameless(mention, clause):
            entry = self.current  # "82 tuổi không có lương hưu, bà tôi": the facts came before the name
        if entry is not None and not entry.relation:
            self._name(entry, mention, words)
        if entry is None:
            entry = self._new(mention, words, clause)
        if mention.companion and self.current is not None and self.current is not entry:
            if self._until is None:
                self._before = self.current
            self._until = clause
        elif self._until is not None:
            self._before, self._until = None, None
        self.current = entry
        return entry

    def speaker(self) -> Entry:
        """The person who writes, without becoming the one spoken of."""
        found = next((entry for entry in self.persons if entry.relation == SELF), None)
        return found or self._new(Mention(SELF, 0, 0), "", 0)

    def spoken_of(self, clause: int) -> Entry:
        """Whom a statement is about: the last one named, or somebody without a name."""
        if self.current is None:
            self.current = Entry(clause=clause)
            self.persons.append(self.current)
        return self.current

    def another(self, like: Entry) -> Entry:
        """One more of the same kind: "con 6 tuổi và 10 tuổi"."""
        entry = Entry(like.relation, self._relations[like.relation].say, like.words, (), like.several, like.clause)
        self.persons.append(entry)
        self.current = entry
        return entry

    def _is_nameless(self, mention: Mention, clause: int) -> bool:
        """Whether what was just said belongs to the one named now."""
        current = self.current
        if current is None or current.relation:
            return False
        orphan = {said.fact for said in current.said} == {"person.parents"} and mention.relation in (
            "child",
            "grandchild",
            SELF,
        )
        return current.clause == clause or orphan

    def _known(self, mention: Mention) -> Entry | None:
        same = [entry for entry in self.persons if entry.relation == mention.relation]
        for entry in reversed(same):
            if not entry.told and entry.modifiers in ((), mention.modifiers):
                return entry
            if mention.counter:
                continue
            if entry.modifiers == mention.modifiers or (not mention.modifiers and mention.count == 1):
                return entry
            if not entry.several and not entry.modifiers and not set(mention.modifiers) & {"chồng", "vợ"}:
                return entry
        return None

    def _new(self, mention: Mention, words: str, clause: int) -> Entry:
        entry = Entry(clause=clause)
        self._name(entry, mention, words)
        self.persons.append(entry)
        return entry

    def _name(self, entry: Entry, mention: Mention, words: str) -> None:
        relation = self._relations[mention.relation]
        entry.relation, entry.words, entry.modifiers = mention.relation, words, mention.modifiers
        entry.label = mention.label if mention.label not in ("tôi", "tui", "tớ", "") else relation.say
        if mention.relation in (SELF, "someone", "neighbour") and mention.label != "em" and mention.label != "cháu":
            entry.label = relation.say
        entry.several = relation.several
