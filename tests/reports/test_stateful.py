"""Random reports, reviews, undos and officers who act on what they saw earlier.

After every step the register is the fold of its changes, each report has at most one living effect, and nobody has seen
or moved anything outside the own area.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from handlers.access import AccessDenied, Actor
from handlers.actions.report_lists import queue
from handlers.actions.reports import ReportError, SeenFirstError, view
from handlers.reporting.told import Told
from rules.reports.catalogue import forms
from rules.review import MOVES
from storage import audit, reports
from storage.database import Database
from storage.register.fold import living
from storage.register.households import present
from storage.register.reading import every_change
from storage.reports import ReportRow
from tests.register.building import assert_is_its_fold
from tests.reports.conftest import TODAY, VILLAGE, Place, settled
from tests.support.assembly import migrated

_PEOPLE = ("head", "neighbour", "far", "commune", "district", "second")
_INSIDE = frozenset({"head", "commune", "district", "second"})
_MOVES = tuple(sorted({move for moves in MOVES.values() for move in moves} - {"correct"}))
_FIELDS: dict[str, dict[str, Any]] = {
    "birth": {"name": "Mẫu Bé", "sex": "female", "relation": "child"},
    "disaster": {"what": "storm"},
    "housing": {"change": "damaged"},
    "move_out": {"who": "person"},
    "poor_new": {"head_name": "Mẫu Mới", "head_sex": "male"},
    "job": {"change": "lost"},
    "school": {"change": "back"},
}
_SLUGS = ("death", "birth", "poor_exit", "poor_to_nearpoor", "nearpoor_to_poor", "poor_again", "move_out", "merge",
          "poor_new", "housing", "school", "disaster")  # fmt: skip


class Review(RuleBasedStateMachine):
    """One district; versions that somebody saw are kept, so that officers also act on old ones."""

    seen: Bundle[ReportRow] = Bundle("seen")

    @initialize()
    def open(self) -> None:
        """A copy of a migrated database: migrations run once."""
        self.folder = Path(tempfile.mkdtemp(prefix="chungtay-reports-"))
        self.loop = asyncio.new_event_loop()
        shutil.copy(template(), self.folder / "talk.db")
        self.database = Database(f"sqlite:///{self.folder}/talk.db")
        self.place: Place = self.run(settled(self.database))
        self.number = 0

    def teardown(self) -> None:
        if hasattr(self, "loop"):
            self.run(self.database.close())
            self.loop.close()
            shutil.rmtree(self.folder, ignore_errors=True)

    def run(self, work: Any) -> Any:
        return self.loop.run_until_complete(work)

    @rule(
        target=seen,
        who=st.sampled_from(_PEOPLE),
        slug=st.sampled_from(_SLUGS),
        member=st.integers(0, 2),
        back=st.integers(0, 200),
        resent=st.booleans(),
        another=st.booleans(),
    )
    def send(self, who: str, slug: str, member: int, back: int, resent: bool, another: bool) -> ReportRow | None:
        """Somebody reports something, or sends the last one once more."""
        self.number += not resent
        told = self._told(slug, member, TODAY - timedelta(days=back))
        try:
            submitted = self.run(self.place.send(told, self._actor(who), another=another))
        except AccessDenied:
            assert who not in _INSIDE
            return None
        except ReportError as failed:
            assert failed.key.startswith("reports.check.")
            return None
        assert who in _INSIDE
        return submitted.row or submitted.alike[0]

    @rule(target=seen, row=seen, who=st.sampled_from(_PEOPLE), made=st.sampled_from(_MOVES))
    def move(self, row: ReportRow | None, who: str, made: str) -> ReportRow | None:
        """Somebody moves a report on, perhaps as it was long ago."""
        if row is None:
            return None
        try:
            after: ReportRow = self.run(self.place.do(row, made, self._actor(who)))
        except AccessDenied:
            assert who not in _INSIDE
            return row
        except SeenFirstError as first:
            assert first.row.version != row.version
            return first.row
        except ReportError:
            return row
        assert who in _INSIDE
        assert after.version == row.version + 1
        return after

    @rule(target=seen, row=seen)
    def decide(self, row: ReportRow | None) -> ReportRow | None:
        """Straight through the review, as far as the register takes it; then perhaps somebody reopens it."""
        try:
            for made, who in (("forward", "commune"), ("approve", "district")):
                if row is not None:
                    row = self.run(self.place.do(row, made, self._actor(who)))
        except ReportError:
            return row
        return row

    @rule(row=seen, who=st.sampled_from(_PEOPLE))
    def look(self, row: ReportRow | None, who: str) -> None:
        """Only inside the own area."""
        if row is not None:
            self.run(self._look(row, self._actor(who), who))

    @invariant()
    def the_register_is_the_fold_of_its_changes(self) -> None:
        """And every report has at most one effect that holds."""
        if hasattr(self, "place"):
            self.run(self._check())

    async def _check(self) -> None:
        async with self.database.read() as connection:
            await assert_is_its_fold(connection)
            changes = await every_change(connection)
            effects = [change.report_id for change in living(changes) if change.report_id is not None]
            assert len(effects) == len(set(effects))
            for report_id in range(1, self.number + 1):
                row = await reports.get(connection, report_id)
                if row is not None:
                    assert (row.change_id is not None) <= (row.state == "approved")
                    assert (report_id in effects) == (row.change_id is not None)
                    assert row.area_path.startswith(self.place.head.area_path)
            home = await present(connection, self.place.home)
            assert home is not None
            assert (await audit.verify(connection)).broken is None

    async def _look(self, row: ReportRow, actor: Actor, who: str) -> None:
        async with self.database.read() as connection:
            try:
                await view(connection, actor, self.place.keys, self.place.frame, row.id, TODAY)
                assert who in _INSIDE
            except AccessDenied:
                assert who not in _INSIDE
            rows, _ = await queue(connection, actor, self.place.frame)
            assert all(each.area_path.startswith(actor.area_path) for each in rows)

    def _actor(self, who: str) -> Actor:
        actor: Actor = getattr(self.place, who)
        return actor

    def _told(self, slug: str, member: int, on: date) -> Told:
        form = forms().get(slug)
        is_new = slug == "poor_new"
        return Told(
            form=slug,
            area_key=VILLAGE,
            on=on,
            submission=f"s{self.number}",
            household_id=None if is_new else self.place.home,
            member_id=self.place.members[member] if form.form.subject == "member" else None,
            other_id=self.place.other if form.form.other else None,
            is_new=is_new,
            fields={**_FIELDS.get(slug, {}), "new_head": self.place.members[1 if member != 1 else 2]}
            if slug in ("death", "move_out")
            else _FIELDS.get(slug, {}),
        )


def template() -> Path:
    """A migrated SQLite file, made once in a run."""
    if not _MADE:
        path = Path(tempfile.mkdtemp(prefix="chungtay-template-")) / "template.db"
        asyncio.run(migrated(path))
        _MADE.append(path)
    return _MADE[0]


_MADE: list[Path] = []

TestReview = Review.TestCase
TestReview.settings = settings(
    max_examples=15,
    stateful_step_count=14,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
