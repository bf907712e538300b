"""The benefits as an officer checks them: a list, and for each its conditions, amounts by date, law and cases."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import MediaType, Response, Router, get
from litestar.params import FromPath, FromQuery
from litestar.static_files import create_static_files_router

from content.eligibility import Guide
from handlers.eligibility.sheet import day as written_day
from handlers.eligibility.sheet import period, sheet, unconfirmed_lines
from rules.assess import Assessor
from rules.engine import FIRST_DAY, LAST_DAY
from rules.errors import UnknownBenefitError

_FOLDER: Final = Path(__file__).parent
STATIC: Final = _FOLDER / "static"


def benefits_router(load_assessor: Callable[[], Assessor], guide: Guide, today: Callable[[], date]) -> Router:
    """`/quyen-loi` and `/quyen-loi/<slug>?ngay=YYYY-MM-DD`; the rules are read when somebody first looks."""
    pages = Environment(
        loader=FileSystemLoader(_FOLDER / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    pages.filters |= {"day": written_day}
    pages.globals["period"] = period

    def page(template: str, status: int = 200, **values: Any) -> Response[str]:
        body = pages.get_template(f"benefits/{template}").render(first=FIRST_DAY, last=LAST_DAY, **values)
        return Response(body, media_type=MediaType.HTML, status_code=status)

    @get("/quyen-loi", include_in_schema=False)
    async def listed(ngay: FromQuery[str] = "") -> Response[str]:
        on, problem = _day(ngay, today())
        assessor = load_assessor()
        unsure = {line.benefit for line in unconfirmed_lines(assessor, on)}
        groups = [
            (group.title, [each for each in assessor.engine.catalogue if each.group == group.key])
            for group in guide.groups
        ]
        return page("list.html", on=on, problem=problem, groups=[pair for pair in groups if pair[1]], unsure=unsure)

    @get("/quyen-loi/{slug:str}", include_in_schema=False)
    async def shown(slug: FromPath[str], ngay: FromQuery[str] = "") -> Response[str]:
        on, problem = _day(ngay, today())
        assessor = load_assessor()
        try:
            benefit = assessor.engine.catalogue.get(slug)
        except UnknownBenefitError:
            known = {each.slug: each.title for each in assessor.engine.catalogue}
            near = difflib.get_close_matches(slug, known, n=3, cutoff=0.4)
            return page("missing.html", 404, on=on, problem="", near=[(each, known[each]) for each in near])
        return page("benefit.html", on=on, problem=problem, one=sheet(assessor, benefit, on))

    static = create_static_files_router(path="/desk/static", directories=[STATIC], include_in_schema=False)
    return Router(path="/", route_handlers=[listed, shown, static])


def _day(said: str, today: date) -> tuple[date, str]:
    """The day asked about, or today with what was wrong."""
    if not said:
        return today, ""
    try:
        on = date.fromisoformat(said)
    except ValueError:
        return today, "Ngày chưa đúng. Ngày được viết là năm-tháng-ngày, ví dụ 2026-11-24. Dưới đây là hôm nay."
    if not FIRST_DAY <= on <= LAST_DAY:
        return (
            today,
            f"Chung Tay chỉ biết quy định từ {written_day(FIRST_DAY)} đến {written_day(LAST_DAY)}; đây là hôm nay.",
        )
    return on, ""
