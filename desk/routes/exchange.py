"""Import with a trial first, export, and taking an import back."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.params import FromPath
from litestar.response import Redirect

from content.exchange.layout import ExchangeError
from content.exchange.layout import load as layout
from desk.gate import ROOT, DeskRequest, visitor_of
from desk.lazily import Lazily
from desk.pages import Page
from desk.parts import Parts
from handlers.access import Actor, scope_filter
from handlers.actions import uploads
from handlers.actions.register import undo_import
from handlers.actions.uploads import LARGEST, clean_name
from storage import areas
from storage.register import RegisterError
from storage.register.bulk import newest

if TYPE_CHECKING:
    from handlers.actions import exchange
    from handlers.actions.exchange import Imported
else:
    exchange = Lazily("handlers.actions.exchange")

_ENDINGS: Final = (".xlsx", ".csv")
_MOST_SHOWN: Final = 500
_MIME: Final = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".csv": "text/csv; charset=utf-8",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
_ROOM_FOR_THE_FORM: Final = 100_000


def download(name: str, data: bytes) -> Response[bytes]:
    """A file to be saved, not shown."""
    mime = _MIME.get(Path(name).suffix, "application/octet-stream")
    return Response(
        data, media_type=mime,
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )  # fmt: skip


def import_routes(parts: Parts, page: Page) -> list[Any]:
    """Upload, look at what is wrong, confirm."""

    @get("/nhap")
    async def asked(request: DeskRequest) -> Response[Any]:
        return await _start(parts, page, request)

    @post("/nhap", request_max_body_size=LARGEST + _ROOM_FOR_THE_FORM)
    async def uploaded(request: DeskRequest) -> Response[Any]:
        visitor = visitor_of(request)
        scope_filter(visitor.actor, "import_register")
        sent = (await request.form()).get("tep")
        data = await sent.read() if isinstance(sent, UploadFile) else b""
        if not isinstance(sent, UploadFile) or not data or not sent.filename.lower().endswith(_ENDINGS):
            return await _start(parts, page, request, 400, parts.say("desk.error_no_file"))
        try:
            found = await _tried(parts, visitor.actor, sent.filename, data, dry_run=True)
        except ExchangeError as error:
            return await _start(parts, page, request, 400, str(error))
        key = ""
        if not found.problems:
            key = parts.random(24).hex()
            async with parts.database.write() as connection:
                await uploads.keep(connection, visitor.actor, parts.keys, key, sent.filename, data, parts.now())
        return page(
            "import_trial.html", visitor, active="exchange", found=found, name=clean_name(sent.filename), key=key,
            problems=found.problems[:_MOST_SHOWN],
            hidden=len(found.problems[_MOST_SHOWN:]) + found.more_problems,
        )  # fmt: skip

    @post("/nhap/xac-nhan")
    async def confirmed(request: DeskRequest) -> Response[Any]:
        visitor = visitor_of(request)
        scope_filter(visitor.actor, "import_register")
        key = str((await request.form()).get("khoa", ""))[:64]
        async with parts.database.read() as connection:
            file = await uploads.kept(connection, visitor.actor, parts.keys, key, parts.now())
        if file is None:
            return await _start(parts, page, request, 410, parts.say("desk.error_file_gone"))
        found = await _tried(parts, visitor.actor, *file, dry_run=False)
        if found.problems:
            # The register has changed since the trial.
            return page(
                "import_trial.html", visitor, status=409, active="exchange", found=found, name=file[0], key="",
                problems=found.problems[:_MOST_SHOWN],
                hidden=len(found.problems[_MOST_SHOWN:]) + found.more_problems,
            )  # fmt: skip
        return Redirect(f"{ROOT}/nhap?xong=imported", status_code=303)

    return [asked, uploaded, confirmed]


async def _tried(parts: Parts, actor: Actor, name: str, data: bytes, *, dry_run: bool) -> Imported:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / clean_name(name)
        file.write_bytes(data)
        async with parts.database.read() as connection:
            given = await exchange.read_file(connection, actor, parts.frame.parameters, file, today=parts.today)
    async with parts.database.write() as connection:
        return await exchange.take_in(
            connection, actor, parts.keys, given, now=parts.now(), today=parts.today, dry_run=dry_run
        )


async def _start(parts: Parts, page: Page, request: DeskRequest, status: int = 200, error: str = "") -> Response[Any]:
    visitor = visitor_of(request)
    scope = scope_filter(visitor.actor, "import_register")
    async with parts.database.read() as connection:
        done = [each for each in await newest(connection) if each.area_path.startswith(scope)]
        places = await areas.subtree(connection, scope)
    key = f"desk.did_now.{request.query_params.get('xong', '')}"
    return page(
        "import.html", visitor, status=status, active="exchange", error=error, imports=done, places=places,
        columns=layout().columns.values(), done=parts.told(key),
    )  # fmt: skip


def export_routes(parts: Parts, page: Page) -> list[Any]:
    """The register of an area as a file, and taking an import back."""

    @post("/so-ho/xuat")
    async def exported(request: DeskRequest) -> Response[Any]:
        visitor = visitor_of(request)
        form = await request.form()
        scope_filter(visitor.actor, "export_register")
        ending = ".csv" if form.get("dang") == "csv" else ".xlsx"
        async with parts.database.write() as connection:
            place = await areas.get(connection, str(form.get("thon", ""))[:64]) if form.get("thon") else None
            path = place.path if place is not None else ""
            with tempfile.TemporaryDirectory() as folder:
                file = Path(folder) / f"so-ho-{parts.today.isoformat()}{ending}"
                await exchange.export_file(connection, visitor.actor, parts.keys, file, now=parts.now(), path=path)
                return download(file.name, file.read_bytes())

    @post("/nhap/{import_id:int}/go")
    async def undone(import_id: FromPath[int], request: DeskRequest) -> Response[Any]:
        visitor = visitor_of(request)
        scope_filter(visitor.actor, "import_register")
        try:
            async with parts.database.write() as connection:
                await undo_import(connection, visitor.actor, import_id, parts.now())
        except RegisterError:
            return await _start(parts, page, request, 409, parts.say("desk.error_register"))
        return Redirect(f"{ROOT}/nhap?xong=import_undone", status_code=303)

    return [exported, undone]
