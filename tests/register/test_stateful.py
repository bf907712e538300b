"""Whatever happens to the register in whatever order: it is the fold of its changes, and its figures add up."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy.ext.asyncio import AsyncConnection

from content.localities import Locality
from handlers.actions.people import sync_areas
from storage import register
from storage.database import Database
from storage.register import Change, Item, RegisterError, bulk, creation
from storage.register.bulk import NewHousehold
from storage.register.figures import AreaFigures, figures
from storage.register.fold import State, fold, fold_until
from storage.register.periods import lock
from storage.register.reading import every_change, rows
from storage.tables_register import LISTS
from tests.register.building import DISTRICT, NOW, QUE, START, tables

T = TypeVar("T")
AREAS = ("que-mau-1", "que-mau-2", "thuy-loi-mau-1")
DAYS = st.integers(0, 364).map(lambda number: date(2023, 1, 1) + timedelta(days=number))
STATUSES = st.sampled_from(["poor", "near_poor", "newly_exited", "none"])
KINDS = {"poor": "poor_new", "near_poor": "nearpoor_new", "newly_exited": "poor_exit", "none": "correction"}
NEVER = date(2100, 1, 1)


class Register(RuleBasedStateMachine):
    """Households by the fold; picks rows by a number, so that any number is a choice."""

    template: Path

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.folder = Path(tempfile.mkdtemp(prefix="chungtay-stateful-"))
        shutil.copy(self.template, self.folder / "register.db")
        self.database = Database(f"sqlite:///{self.folder}/register.db", pool_size=1)
        self.state: State = {}
        self.change_ids: list[int] = []
        self.imports: list[int] = []
        self.handed_in: list[tuple[str, date, date, Any]] = []
        self.codes = 0

    def teardown(self) -> None:
        self.runner.run(self.database.close())
        self.runner.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _do(self, work: Callable[[AsyncConnection], Awaitable[T]]) -> T | None:
        async def run() -> T | None:
            try:
                async with self.database.write() as connection:
                    return await work(connection)
            except RegisterError:
                return None

        return self.runner.run(run())

    def _apply(self, kind: str, on: date, make: Callable[[AsyncConnection], Awaitable[list[Item]]]) -> None:
        async def work(connection: AsyncConnection) -> int:
            items = [item for item in await make(connection) if item.after]
            if not items:
                raise RegisterError("nothing to change")
            return await register.apply(connection, Change(kind, on, items), NOW)

        change_id = self._do(work)
        if change_id is not None:
            self.change_ids.append(change_id)

    def _pick(self, entity: str, number: int) -> int:
        found = sorted(row_id for kind, row_id in self.state if kind == entity)
        return found[number % len(found)]

    def _new_code(self) -> str:
        self.codes += 1
        return f"H{self.codes}"

    @initialize(sizes=st.lists(st.integers(1, 3), min_size=2, max_size=4))
    def found(self, sizes: list[int]) -> None:
        for number, size in enumerate(sizes):
            self._found("import", START, AREAS[number % 3], LISTS[number % 2], size)
        self._refresh()

    @rule(on=DAYS, area=st.sampled_from(AREAS), status=STATUSES, size=st.integers(1, 3))
    def move_in(self, on: date, area: str, status: str, size: int) -> None:
        self._found("move_in", on, area, status, size)

    def _found(self, kind: str, on: date, area: str, status: str, size: int) -> None:
        async def make(connection: AsyncConnection) -> list[Item]:
            (home,) = await register.new_ids(connection, "household")
            people = await register.new_ids(connection, "member", size)
            values = {"code": self._new_code(), "area_key": area, "status": status, "head_member_id": people[0]}
            named = [creation("member", each, {"household_id": home, "name": f"Mẫu {each}"}) for each in people]
            return [creation("household", home, values), *named]

        self._apply(kind, on, make)

    @precondition(lambda self: self.state)
    @rule(on=DAYS, number=st.integers(0, 99), status=STATUSES)
    def set_status(self, on: date, number: int, status: str) -> None:
        self._update(KINDS[status], on, "household", self._pick("household", number), {"status": status})

    @precondition(lambda self: self.state)
    @rule(on=DAYS, number=st.integers(0, 99), values=st.sampled_from(
        [{"state": "moved_out"}, {"state": "active"}, *({"area_key": area} for area in AREAS)]
    ))  # fmt: skip
    def move(self, on: date, number: int, values: dict[str, Any]) -> None:
        self._update("move_out", on, "household", self._pick("household", number), values)

    @precondition(lambda self: any(kind == "member" for kind, _ in self.state))
    @rule(on=DAYS, number=st.integers(0, 99))
    def die(self, on: date, number: int) -> None:
        values = {"ended_on": on, "ended_reason": "death"}
        self._update("death", on, "member", self._pick("member", number), values)

    def _update(self, kind: str, on: date, entity: register.Entity, row_id: int, values: dict[str, Any]) -> None:
        async def make(connection: AsyncConnection) -> list[Item]:
            present = (await rows(connection, entity, [row_id]))[row_id]
            return [register.update(entity, row_id, present, values)]

        self._apply(kind, on, make)

    @precondition(lambda self: self.state)
    @rule(on=DAYS, number=st.integers(0, 99))
    def bear(self, on: date, number: int) -> None:
        home = self._pick("household", number)

        async def make(connection: AsyncConnection) -> list[Item]:
            (child,) = await register.new_ids(connection, "member")
            return [creation("member", child, {"household_id": home, "name": f"Mẫu {child}", "birth_date": on})]

        self._apply("birth", on, make)

    @precondition(lambda self: any(kind == "member" for kind, _ in self.state))
    @rule(on=DAYS, number=st.integers(0, 99), other=st.integers(0, 99), whole=st.booleans())
    def join(self, on: date, number: int, other: int, whole: bool) -> None:
        """A person moves to another household; where `whole`, the household left behind is merged into it."""
        member, target = self._pick("member", number), self._pick("household", other)
        home = self.state["member", member]["household_id"]
        if home == target:
            return

        async def make(connection: AsyncConnection) -> list[Item]:
            items = [Item("member", member, {"household_id": home}, {"household_id": target})]
            left = self.state["household", home]
            wanted: dict[str, Any] = {"head_member_id": None} if left["head_member_id"] == member else {}
            if whole:
                wanted |= {"state": "merged", "merged_into": target}
            return [*items, register.update("household", home, left, wanted)]

        self._apply("merge" if whole else "split", on, make)

    @precondition(lambda self: self.change_ids)
    @rule(number=st.integers(0, 99))
    def undo(self, number: int) -> None:
        wanted = self.change_ids[-1 - number % len(self.change_ids)]
        undo_id = self._do(lambda connection: register.undo(connection, wanted, NOW))
        if undo_id is not None:
            self.change_ids.append(undo_id)

    @rule(on=DAYS, statuses=st.lists(STATUSES, min_size=1, max_size=3))
    def import_file(self, on: date, statuses: list[str]) -> None:
        async def work(connection: AsyncConnection) -> int:
            import_id = await bulk.begin(
                connection, file_name="a.csv", file_hash="", area_path="/", event_date=on, account_id=None, now=NOW
            )
            fresh = [
                NewHousehold(
                    {"code": self._new_code(), "area_key": AREAS[number % 3], "status": status},
                    [{"name": f"Mẫu {number}", "relation": "head"}, {"name": "Mẫu con"}],
                )
                for number, status in enumerate(statuses)
            ]
            await bulk.add(connection, import_id, fresh, NOW)
            return import_id

        import_id = self._do(work)
        assert import_id is not None
        self.imports.append(import_id)

    @precondition(lambda self: self.imports)
    @rule(number=st.integers(0, 99))
    def undo_import(self, number: int) -> None:
        import_id = self.imports[number % len(self.imports)]
        self._do(lambda connection: bulk.undo(connection, import_id, NOW, None))

    @rule(area=st.sampled_from([DISTRICT, QUE]), month=st.integers(1, 12))
    def close_period(self, area: str, month: int) -> None:
        end = date(2023 + month // 12, month % 12 + 1, 1)

        async def work(connection: AsyncConnection) -> Any:
            await lock(connection, area, date(2023, 1, 1), end, NOW, None)
            return await figures(connection, area, date(2023, 1, 1), end)

        counted = self._do(work)
        if counted is not None:
            self.handed_in.append((area, date(2023, 1, 1), end, counted))

    def _refresh(self) -> None:
        changes = self._do(every_change)
        self.state = fold(changes or [])

    @invariant()
    def holds(self) -> None:
        """The register, its past and its figures agree."""

        async def look(connection: AsyncConnection) -> None:
            changes = await every_change(connection)
            self.state = fold(changes)
            assert await tables(connection) == self.state == fold_until(changes, NEVER)
            for start, end in ((date(2023, 1, 1), NEVER), (date(2023, 4, 1), date(2023, 9, 1))):
                counted = await figures(connection, DISTRICT, start, end)
                assert all(each.adds_up for area in counted for each in area.lists.values())
            if not self.handed_in:
                for on in (START, date(2023, 6, 30), date(2023, 12, 31)):
                    counted = await figures(connection, DISTRICT, on, on + timedelta(days=1))
                    _is_what_is_there(counted[0], fold_until(changes, on))
            _is_what_is_there((await figures(connection, DISTRICT, START, NEVER))[0], self.state)
            for area, start, end, before in self.handed_in:
                assert await figures(connection, area, start, end) == before

        async def run() -> None:
            async with self.database.read() as connection:
                await look(connection)

        self.runner.run(run())


def _is_what_is_there(counted: AreaFigures, state: State) -> None:
    """The end of a period is what the register held then."""
    for status in LISTS:
        homes = {
            row_id
            for (entity, row_id), values in state.items()
            if entity == "household" and values["state"] == "active" and values["status"] == status
        }
        people = [
            values
            for (entity, _), values in state.items()
            if entity == "member" and values["ended_on"] is None and values["household_id"] in homes
        ]
        end = counted.lists[status].end
        assert (end.households, end.persons) == (len(homes), len(people))


@pytest.fixture(scope="module")
def template(sqlite_template: Path, locality: Locality, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("stateful") / "template.db"
    shutil.copy(sqlite_template, path)

    async def fill() -> None:
        database = Database(f"sqlite:///{path}")
        async with database.write() as connection:
            await sync_areas(connection, locality)
        await database.close()

    asyncio.run(fill())
    return path


def test_the_register_is_always_the_fold_of_its_changes(template: Path) -> None:
    """Random changes, back-dated ones, moves, undos of undos, imports and closed periods."""
    Register.template = template
    machine = Register.TestCase
    machine.settings = settings(
        max_examples=8, stateful_step_count=16, deadline=None, database=None, derandomize=True,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    machine().runTest()
