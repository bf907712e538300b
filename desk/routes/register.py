"""The register: the list at any date, a household with its history, and protected fields one by one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from desk.gate import ROOT, DeskRequest, visitor_of
from desk.pages import Page, query
from desk.parts import Parts
from handlers.access import scope_filter
from handlers.actions.household_page import see_household_page
from handlers.actions.register import find_households, reveal, undo_change
from storage import areas
from storage.area_choices import choices, with_parents
from storage.register import Entity, RegisterError, UndoConflictError
from storage.register.model import Recorded
from storage.register.protected import PROTECTED
from storage.tables_register import STATUSES

_PAGE_SIZE: Final = 50
_FOUND_SIZE: Final = 25
"""Whoever searches looks at the first lines, or types more of the name."""
_FIELDS_SHOWN: Final = (
    "status", "status_since", "state", "address", "decision_no", "decision_date", "b1", "b2", "deprivations",
    "causes", "groups",
)  # fmt: skip


def day_said(said: object) -> date | None:
    """A date of an address or form; None for none or one that makes no sense."""
    try:
        return date.fromisoformat(str(said))
    except ValueError:
        return None


def _places_in(history: Iterable[Recorded]) -> set[str]:
    """The keys of the areas that a history names."""
    sides = [side for each in history for item in each.items for side in (item.before, item.after) if side is not None]
    return {side["area_key"] for side in sides if "area_key" in side}


def list_routes(parts: Parts, page: Page) -> list[Any]:
    """The list of households."""

    @get("/so-ho")
    async def listed(request: DeskRequest) -> Response[Any]:
        visitor = visitor_of(request)
        said = request.query_params
        text, village = str(said.get("tim", "")).strip()[:80], str(said.get("thon", ""))[:64]
        status = said.get("dien", "") if said.get("dien", "") in STATUSES else ""
        on = day_said(said.get("ngay", ""))
        after = tuple(str(said.get("sau", "")).split("|"))
        async with parts.database.read() as connection:
            place = await areas.get(connection, village) if village else None
            places = await choices(connection, scope_filter(visitor.actor), place)
            found = await find_households(
                connection, visitor.actor, text, status=status or None, on=on, active=said.get("het") != "1",
                path=place.path if place is not None else "", after=(after[0], after[1]) if len(after) == 2 else None,
                limit=_FOUND_SIZE if text else _PAGE_SIZE,
            )  # fmt: skip
            names = await with_parents(connection, {line.area_key for line in found.lines})
        here = {
            "tim": text, "thon": village, "dien": status, "ngay": on.isoformat() if on else "",
            "het": "1" if said.get("het") == "1" else "",
        }  # fmt: skip
        return page(
            "register.html", visitor, active="register", found=found, places=places, names=names, here=here, on=on,
            statuses=STATUSES, following=query({**here, "sau": "|".join(found.after)})
            if found.after else "",
        )  # fmt: skip

    return [listed]


def household_routes(parts: Parts, page: Page) -> list[Any]:
    """One household."""

    async def shown(
        request: DeskRequest,
        household_id: int,
        revealed: dict[tuple[str, int, str], str] | None = None,
        error: str = "",
        status: int = 200,
    ) -> Response[Any]:
        visitor = visitor_of(request)
        on = day_said(request.query_params.get("ngay", ""))
        async with parts.database.write() as connection:
            seen = await see_household_page(connection, visitor.actor, household_id, on, parts.now(), parts.today)
            places = await with_parents(connection, _places_in(seen.history) if seen is not None else ())
        if seen is None:
            return page("message.html", visitor, status=404, said=parts.say("desk.gone"))
        key = f"desk.did_now.{request.query_params.get('xong', '')}"
        done = parts.told(key)
        return page(
            "household.html", visitor, status=status, active="register", seen=seen, on=on, fields=_FIELDS_SHOWN,
            revealed=revealed or {}, error=error, done=done,
            places={key: row.name for key, row in places.items()},
        )  # fmt: skip

    @get("/ho/{household_id:int}")
    async def one(household_id: FromPath[int], request: DeskRequest) -> Response[Any]:
        return await shown(request, household_id)

    @post("/ho/{household_id:int}/xem")
    async def look(household_id: FromPath[int], request: DeskRequest) -> Response[Any]:
        visitor = visitor_of(request)
        form = await request.form()
        entity: Entity = "member" if form.get("loai") == "member" else "household"
        field, row_id = str(form.get("muc", "")), str(form.get("so", ""))
        if field not in PROTECTED[entity] or not row_id.isdecimal() or len(row_id) > 17:
            return Redirect(f"{ROOT}/ho/{household_id}", status_code=303)
        try:
            async with parts.database.write() as connection:
                said = await reveal(connection, visitor.actor, parts.keys, entity, int(row_id), field, parts.now())
        except RegisterError:
            return page("message.html", visitor, status=404, said=parts.say("desk.gone"))
        return await shown(request, household_id, {(entity, int(row_id), field): said or "–"})

    @post("/ho/{household_id:int}/go")
    async def undone(household_id: FromPath[int], request: DeskRequest) -> Response[Any]:
        visitor = visitor_of(request)
        said = str((await request.form()).get("thay_doi", ""))
        if not said.isdecimal() or len(said) > 17:
            return Redirect(f"{ROOT}/ho/{household_id}", status_code=303)
        try:
            async with parts.database.write() as connection:
                await undo_change(connection, visitor.actor, int(said), parts.now())
        except (UndoConflictError, RegisterError):
            return await shown(request, household_id, error=parts.say("desk.error_register"), status=409)
        return Redirect(f"{ROOT}/ho/{household_id}?xong=change_undone", status_code=303)

    return [one, look, undone]
