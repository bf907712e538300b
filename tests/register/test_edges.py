"""The register at its edges: ids that nobody has, a part of one's area, and an export of several pages."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from content.exchange.sheets import open_sheet
from handlers.access import COMMUNE_OFFICER, DISTRICT_OFFICER, AccessDenied
from handlers.actions import exchange
from handlers.actions import register as actions
from storage import audit
from storage.keys import Keys
from storage.register import RegisterError
from tests.register.building import DISTRICT, NOW, QUE
from tests.register.test_register_access import NGOC_SON, actor, demo_file, loaded  # noqa: F401  # fixtures

EVERYWHERE = actor(DISTRICT_OFFICER, DISTRICT)


async def test_a_household_that_nobody_has_no_history(loaded: AsyncConnection, keys: Keys) -> None:  # noqa: F811
    """An address that was typed: nothing is shown, nothing is revealed, nothing stands in the trail."""
    before = len(await audit.entries(loaded))
    assert await actions.see_history(loaded, EVERYWHERE, 4711) == []
    with pytest.raises(RegisterError, match="there is no household 4711"):
        await actions.reveal(loaded, EVERYWHERE, keys, "household", 4711, "phone", NOW)
    with pytest.raises(RegisterError, match="there is no member 4711"):
        await actions.reveal(loaded, EVERYWHERE, keys, "member", 4711, "id_number", NOW)
    assert len(await audit.entries(loaded)) == before


async def test_a_list_may_be_of_a_part_of_ones_area(loaded: AsyncConnection) -> None:  # noqa: F811
    """A commune of the district, with and without words; never a place beside one's own."""
    page = await actions.find_households(loaded, EVERYWHERE, "", path=QUE, limit=100)
    assert len(page.lines) == 9
    found = await actions.find_households(loaded, EVERYWHERE, "mau", path=QUE, limit=100)
    assert {line.id for line in found.lines} == {line.id for line in page.lines}
    with pytest.raises(AccessDenied):
        await actions.find_households(loaded, actor(COMMUNE_OFFICER, QUE), "mau", path=NGOC_SON)


async def test_an_export_of_many_pages_has_every_household_once(
    loaded: AsyncConnection,  # noqa: F811
    keys: Keys,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As one of a single page has it, row for row."""
    whole, paged = tmp_path / "whole.xlsx", tmp_path / "paged.xlsx"
    count = await exchange.export_file(loaded, EVERYWHERE, keys, whole, now=NOW, path=QUE)
    monkeypatch.setattr(exchange, "_PAGE", 4)
    assert await exchange.export_file(loaded, EVERYWHERE, keys, paged, now=NOW, path=QUE) == count == 9
    rows = []
    for file in (whole, paged):
        sheet = open_sheet(file)
        assert sheet is not None
        rows.append(list(sheet.rows))
    assert rows[0] == rows[1]
    assert len(rows[0]) > 9
