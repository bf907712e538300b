"""A serving process loads only what it needs: each of these weighs megabytes, and the whole has 150."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

_SERVE = """
import json, sys
import bot.cli.run
from bot.bootstrap import build
from bot.settings import read
from bot.web import create_app
sys.modules.setdefault("rich", None)
create_app(build(read({"CHUNGTAY_DATABASE_URL": sys.argv[1], "CHUNGTAY_METRICS_LISTEN": "127.0.0.1:9464"})))
print(json.dumps(sorted({name.partition(".")[0] for name, module in sys.modules.items() if module is not None})))
"""


def test_a_process_without_telegram_and_zalo_loads_none_of_the_heavy_libraries(tmp_path: Path) -> None:
    """Framework plugins, spreadsheets, migrations and clients come when somebody needs them."""
    done = subprocess.run(
        [sys.executable, "-c", _SERVE, f"sqlite:///{tmp_path}/x.db"],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    loaded = set(json.loads(done.stdout.splitlines()[-1]))
    assert {"litestar", "sqlalchemy", "numpy"} <= loaded, "nothing was looked at"
    heavy = {"pydantic", "attrs", "aiogram", "aiohttp", "alembic", "openpyxl", "docx", "asyncpg", "prometheus_client"}
    assert loaded & heavy == set()
