"""Calls of the Zalo Bot API. An error may come with HTTP 200: what counts is `ok` and `error_code` in the body."""

from __future__ import annotations

from typing import Any, Final

from bot.channels.zalo_http import Http, RefusalError, UnreachableError, number

ROOT: Final = "https://bot-api.zaloplatforms.com"
IDLE: Final = 408
"""What an idle long poll ends with; no error."""


class BotApi:
    """One bot at one API server."""

    def __init__(self, token: str, *, root: str = ROOT, http: Http | None = None) -> None:
        self._base: Final = f"{root or ROOT}/bot{token}"
        self.http: Final = http or Http()

    async def call(self, method: str, fields: dict[str, Any], timeout_s: float) -> Any:
        """The `result` of a call.

        Raises:
            RefusalError: the API answered, and the answer is no.
            UnreachableError: no answer that can be read; the call may have had its effect.
        """
        status, answer = await self.http.post(method, f"{self._base}/{method}", content=fields, timeout_s=timeout_s)
        if answer.get("ok") is True:
            return answer.get("result")
        code = number(answer.get("error_code"))
        if code is None and "ok" not in answer:
            raise UnreachableError(method, f"HTTP {status} without a readable body")
        description = answer.get("description")
        raise RefusalError(
            method, status if code is None else code, description if isinstance(description, str) else ""
        )

    async def close(self) -> None:
        await self.http.close()
