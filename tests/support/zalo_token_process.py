"""A process that renews the Official Account's tokens, to be killed.

`python -m tests.support.zalo_token_process DATABASE_URL API_ROOT KEY_FILE [hang]`. It prints "token " and what it got;
with `hang` it prints "answered" when Zalo has answered, and never comes to storing the answer.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.channels.zalo_http import Http
from bot.channels.zalo_oa.tokens import Tokens
from storage import zalo
from storage.database import Database
from storage.keys import Keys
from tests.support.zalo_oa_server import APP_ID, APP_SECRET


def _now() -> datetime:
    return datetime.now(UTC)


async def _hang(*_: Any, **__: Any) -> bool:
    print("answered", flush=True)
    await asyncio.sleep(3600)
    return False


async def main(database_url: str, api_root: str, key_file: str, *hang: str) -> None:
    """Get an access token, then wait to be killed."""
    if hang:
        zalo.store_pair = _hang  # type: ignore[assignment]  # the point at which to be killed
    tokens = Tokens(
        Database(database_url), Keys(Path(key_file)), Http(), _now, app_id=APP_ID, app_secret=APP_SECRET, root=api_root
    )
    token, _ = await tokens.access()
    print(f"token {token}", flush=True)
    await asyncio.sleep(3600)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
