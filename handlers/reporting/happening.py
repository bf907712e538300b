"""An approved report happens to the register; a reopened one is taken back out of it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from handlers.access import Actor
from handlers.reporting import told as telling
from handlers.reporting.effects import items_of
from handlers.reporting.errors import ReportError, problem_error
from handlers.reporting.frame import Frame
from handlers.reporting.told import case_of
from rules.reports.catalogue import forms
from storage import register
from storage.keys import Keys
from storage.register import Change, LaterEventError, RegisterError, StaleError, UndoConflictError
from storage.register.reading import change as change_of
from storage.reports import ReportRow


async def happen(
    connection: AsyncConnection, actor: Actor, keys: Keys, frame: Frame, row: ReportRow, now: datetime, today: date
) -> dict[str, Any]:
    """Let the effect happen; returns the report's columns that follow from it.

    Raises:
        ReportError: it cannot be so by the register as it is now, or the register does not take it.
    """
    told = telling.opened(keys, row)
    case, area = await case_of(connection, frame, told, today)
    form = forms().get(row.form)
    problem = form.problem(case)
    if problem is not None:
        raise problem_error(problem)
    effect = form.effect(case)
    demo = area.demo if area is not None else False
    try:
        items, founded = await items_of(connection, keys, effect, code=f"BC{row.id:04d}", demo=demo)
        if not items:
            return {"decided_at": now}
        wanted = Change(effect.kind or row.form, row.event_date, items, actor.account_id or None, row.id)
        change_id = await register.apply(connection, wanted, now)
    except LaterEventError as error:
        later = await change_of(connection, error.change_id)
        raise ReportError("reports.error_later", day=later.event_date) from error
    except StaleError as error:
        raise ReportError("reports.error_stale") from error
    except RegisterError as error:
        raise ReportError("reports.error_register") from error
    return {"decided_at": now, "change_id": change_id, **({"household_id": founded} if founded is not None else {})}


async def unhappen(
    connection: AsyncConnection, actor: Actor, keys: Keys, row: ReportRow, now: datetime
) -> dict[str, Any]:
    """Undo the effect; returns the report's columns that follow from it.

    Raises:
        ReportError: a later change builds on it.
    """
    if row.change_id is None:
        return {}
    try:
        await register.undo(connection, row.change_id, now, account_id=actor.account_id or None, report_id=row.id)
    except UndoConflictError as error:
        later = await change_of(connection, error.conflicting)
        raise ReportError("reports.error_built_on", day=later.event_date) from error
    except RegisterError as error:
        raise ReportError("reports.error_stale") from error
    is_new = telling.opened(keys, row).is_new
    return {"change_id": None, "decided_at": None, **({"household_id": None} if is_new else {})}
