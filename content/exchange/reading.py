"""From a file to proposed households, with every problem by row and column. Nothing is written here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final

from content.exchange import cells
from content.exchange.cells import CellError
from content.exchange.layout import Problem, fold, load, problem, terms
from content.exchange.places import Place, Places
from content.exchange.scores import Scores
from content.exchange.sheets import open_sheet
from content.exchange.workbook import UNCALCULATED
from rules.poverty import DEPRIVATIONS

_MOST_ROWS: Final = 400_000
_MOST_PROBLEMS: Final = 2000
_OLDEST: Final = date(1890, 1, 1)
_ID_DIGITS: Final = 12
# Cells that are merged downwards, or written once for many rows, hold for the rows below.
_CARRIED: Final = ("province", "district", "district_code", "commune", "commune_code", "village")


@dataclass(slots=True)
class ProposedMember:
    """A row of the file."""

    row: int
    name: str
    relation: str
    birth_date: date | None
    birth_precision: str
    sex: str | None
    id_number: str
    ethnicity: str


@dataclass(slots=True)
class ProposedHousehold:
    """The rows of one household; `code` is "" where the file gives none."""

    row: int
    code: str
    place: Place | None
    head_name: str
    status: str = ""
    decision_no: str = ""
    decision_date: date | None = None
    b1: int | None = None
    b2: int | None = None
    groups: list[str] = field(default_factory=list)
    causes: list[str] = field(default_factory=list)
    deprivations: list[str] = field(default_factory=list)
    members: list[ProposedMember] = field(default_factory=list)

    @property
    def head(self) -> ProposedMember | None:
        return next((member for member in self.members if member.relation == "head"), None)


@dataclass(slots=True)
class Proposal:
    """What a file holds: households to take in, or the problems that must be mended first."""

    households: list[ProposedHousehold] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    more_problems: int = 0
    """How many were found beyond those listed."""

    @property
    def persons(self) -> int:
        return sum(len(household.members) for household in self.households)

    def add(self, found: Problem) -> None:
        if len(self.problems) < _MOST_PROBLEMS:
            self.problems.append(found)
        else:
            self.more_problems += 1


def read(file: Path, places: Places, today: date, scores: Scores) -> Proposal:
    """Read a file; what is wrong with single cells is in the proposal's problems.

    Raises:
        ExchangeError: the file is no table that we can read at all.
    """
    layout = load()
    sheet = open_sheet(file)
    proposal = Proposal()
    if sheet is None:
        names = ", ".join(column.title for column in layout.columns.values() if column.needed)
        proposal.add(problem(0, "", "no_table", columns=names))
        return proposal
    for name, column in layout.columns.items():
        if column.needed and name not in sheet.columns:
            proposal.add(problem(0, name, "no_column"))
    if proposal.problems:
        return proposal
    reader = _Reader(sheet.columns, places, today, scores, proposal)
    for number, row in sheet.rows:
        if number > _MOST_ROWS:
            proposal.add(problem(number, "", "too_many", most=_MOST_ROWS))
            break
        reader.take(number, row)
    reader.finish()
    if not proposal.households and not proposal.problems:
        proposal.add(problem(0, "", "no_rows"))
    return proposal


class _Reader:
    """Takes rows one by one and knows which household they belong to."""

    def __init__(
        self, columns: dict[str, int], places: Places, today: date, scores: Scores, proposal: Proposal
    ) -> None:
        self._columns = columns
        self._places = places
        self._today = today
        self._scores = scores
        self._proposal = proposal
        self._carried: dict[str, str] = {}
        self._current: ProposedHousehold | None = None
        self._codes: dict[str, int] = {}
        self._id_numbers: dict[str, int] = {}
        self._row: Sequence[Any] = ()
        self._number = 0

    def take(self, number: int, row: Sequence[Any]) -> None:
        self._number, self._row = number, row
        name = self._text("member")
        head = self._text("head")
        if not any(char.isalpha() for char in name or head):
            return  # an empty row, or the row with the numbers of the columns
        code = self._text("code").upper()
        relation = self._relation(name, head)
        for column in _CARRIED:
            said = self._text(column)
            if said:
                self._carried[column] = said
        if self._current is None or self._begins(self._current, code, head, relation):
            self._begin(code, head or name)
        self._add(name or head, relation)

    def _begins(self, current: ProposedHousehold, code: str, head: str, relation: str) -> bool:
        if code:
            return code != current.code
        if head and fold(head) != fold(current.head_name):
            return True
        return relation == "head" and current.head is not None and not current.code

    def _begin(self, code: str, head: str) -> None:
        self._close()
        if code and code in self._codes:
            self._wrong("code", "code_twice", value=code, row=self._codes[code])
        elif code:
            self._codes[code] = self._number
        self._current = ProposedHousehold(self._number, code, self._place(), head)
        self._household_cells(self._current)

    def _household_cells(self, current: ProposedHousehold) -> None:
        layout = load()
        said = self._text("status")
        if not said:
            self._missing("status")
        else:
            current.status = terms("statuses").get(fold(said), "")
            if not current.status:
                allowed = ", ".join(names[0] for names in layout.statuses.values())
                self._wrong("status", "bad_status", value=said[:40], allowed=allowed)
        current.decision_no = self._text("decision_no", 100)
        current.decision_date = self._day("decision_date")[0]
        if current.decision_date is None and current.decision_no:
            current.decision_no, current.decision_date = cells.split_decision(current.decision_no)
        current.b1 = self._read("b1", lambda value: cells.points(value, self._scores.most_b1))
        current.b2 = self._read("b2", lambda value: cells.points(value, self._scores.most_b2))
        current.groups = [name for name in ("dtts", "no_labour", "merit") if self._read(name, cells.flag)]
        causes = self._text("causes", 1000)
        current.causes = [each.strip() for each in causes.split(";") if each.strip()]
        current.deprivations = self._deprivations(current.b2)
        if current.place is not None and current.status and current.b1 is not None and current.b2 is not None:
            on = current.decision_date or self._today
            expected = self._scores.expected(current.b1, current.b2, rural=current.place.rural, on=on)
            if expected is not None and not _fits(current.status, expected):
                self._wrong(
                    "status", "contradiction", value=layout.statuses[current.status][0], b1=current.b1, b2=current.b2,
                    expected=layout.statuses[expected][0],
                )  # fmt: skip

    def _deprivations(self, b2: int | None) -> list[str]:
        """The indicators in the order of the form; the points of form B2 follow from how many there are."""
        found, point = set(), self._scores.b2_point
        for said in self._text("deprivations", 1000).replace(",", ";").split(";"):
            if not said.strip():
                continue
            number = int(said) if said.strip().isdecimal() else 0
            name = (
                DEPRIVATIONS[number - 1] if 1 <= number <= len(DEPRIVATIONS) else terms("deprivations").get(fold(said))
            )
            if name is None:
                self._wrong("deprivations", "bad_deprivation", value=said.strip()[:40], most=len(DEPRIVATIONS))
                return []
            found.add(name)
        if found and b2 is not None and point is not None and b2 != len(found) * point:
            self._wrong(
                "deprivations", "deprivation_points", count=len(found), b2=b2, expected=len(found) * point, point=point
            )
        return [each for each in DEPRIVATIONS if each in found]

    def _add(self, name: str, relation: str) -> None:
        current = self._current
        if current is None:
            return
        said = self._text("status")
        status = terms("statuses").get(fold(said), "") if said else ""
        if status and current.status and status != current.status:
            first = load().statuses[current.status][0]
            self._wrong("status", "two_statuses", first=first, value=said)
        if relation == "head":
            if current.head is not None:
                self._wrong("relation", "two_heads", first=current.head.row, row=self._number)
            elif fold(name) != fold(current.head_name):
                self._wrong("head", "other_head", value=current.head_name, found=name)
        birth_date, precision = self._day("birth_date")
        member = ProposedMember(
            self._number, name, relation, birth_date, precision, self._sex(), self._id_number(),
            self._text("ethnicity", 50),
        )  # fmt: skip
        current.members.append(member)

    def finish(self) -> None:
        self._close()
        self._current = None

    def _close(self) -> None:
        current = self._current
        if current is None:
            return
        if current.head is None:
            self._proposal.add(problem(current.row, "relation", "no_head"))
        self._proposal.households.append(current)

    def _relation(self, name: str, head: str) -> str:
        said = self._text("relation")
        if not said:
            return "head" if name and head and fold(name) == fold(head) else "other"
        folded = fold(said)
        known = terms("relations")
        while folded and folded not in known:
            folded = folded.rpartition(" ")[0]
        return known.get(folded, "other")

    def _place(self) -> Place | None:
        carried = self._carried
        for column in ("commune", "village"):
            if not carried.get(column) and not (column == "commune" and carried.get("commune_code")):
                self._missing(column)
                return None
        try:
            return self._places.village(carried.get("commune", ""), carried.get("commune_code", ""), carried["village"])
        except CellError as error:
            self._wrong("village" if error.kind == "unknown_village" else "commune", error.kind, **error.values)
            return None

    def _sex(self) -> str | None:
        said = self._text("sex")
        found = terms("sexes").get(fold(said)) if said else None
        if said and found is None:
            self._wrong("sex", "bad_sex", value=said[:40])
        return found

    def _id_number(self) -> str:
        said = self._text("id_number")
        digits = "".join(char for char in said if char.isdecimal())
        if not said:
            return ""
        if len(digits) != _ID_DIGITS:
            self._wrong("id_number", "id_length", count=len(digits))
            return ""
        if digits in self._id_numbers:
            self._wrong("id_number", "id_twice", row=self._id_numbers[digits])
        self._id_numbers.setdefault(digits, self._number)
        return digits

    def _day(self, column: str) -> tuple[date | None, str]:
        found = self._read(column, cells.day) or (None, "day")
        if found[0] is not None and found[0] > self._today:
            self._wrong(column, "future_date", value=f"{found[0]:%d/%m/%Y}", today=f"{self._today:%d/%m/%Y}")
        elif found[0] is not None and found[0] < _OLDEST:
            self._wrong(column, "old_date", value=f"{found[0]:%d/%m/%Y}")
        return found

    def _raw(self, column: str) -> Any:
        at = self._columns.get(column)
        return self._row[at] if at is not None and at < len(self._row) else None

    def _cell(self, column: str) -> Any:
        value = self._raw(column)
        return None if value is UNCALCULATED else value

    def _text(self, column: str, most: int = 200) -> str:
        value = self._cell(column)
        if value is None or value == "":
            return ""
        return self._read(column, lambda cell: cells.text(cell, most)) or ""

    def _read(self, column: str, reader: Callable[[Any], Any]) -> Any:
        value = self._cell(column)
        if value is None or value == "":
            return None
        try:
            return reader(value)
        except CellError as error:
            self._wrong(column, error.kind, **error.values)
            return None

    def _missing(self, column: str) -> None:
        self._wrong(column, "uncalculated" if self._raw(column) is UNCALCULATED else "missing")

    def _wrong(self, column: str, kind: str, /, **values: object) -> None:
        self._proposal.add(problem(self._number, column, kind, **values))


def _fits(status: str, expected: str) -> bool:
    """Whether a status can stand beside what the points say: above the line it may be any of the other three."""
    return status == expected if expected != "none" else status not in ("poor", "near_poor")
