"""Calls of the Official Account's API, version 3. Errors come with HTTP 200 and a number in `error`."""

from __future__ import annotations

from typing import Any, Final

from aiohttp import FormData

from bot.channels.zalo_http import Http, RefusalError, UnreachableError, number
from bot.channels.zalo_oa.tokens import TOKEN_REFUSED, Tokens

ROOT: Final = "https://openapi.zalo.me"
_MESSAGE: Final = "/v3.0/oa/message/cs"
_UPLOAD: Final = "/v2.0/oa/upload/image"


class OaApi:
    """One Official Account. A refused access token is renewed once and the call repeated once."""

    def __init__(self, tokens: Tokens, http: Http, *, root: str = ROOT) -> None:
        self.tokens: Final = tokens
        self.http: Final = http
        self._root: Final = root or ROOT

    async def send(self, recipient: dict[str, str], message: dict[str, Any], timeout_s: float) -> dict[str, Any]:
        """Send a consultation message; returns `data` of the answer.

        Raises:
            RefusalError: Zalo answered no.
            UnreachableError: no readable answer; the message may have been sent.
            NoTokenError: there is no access token now.
        """
        return await self._call("message", _MESSAGE, {"recipient": recipient, "message": message}, timeout_s)

    async def upload_image(self, data: bytes, timeout_s: float) -> str:
        """Upload a picture and return its attachment id; raises as `send` does."""
        result = await self._call("upload", _UPLOAD, data, timeout_s)
        found = result.get("attachment_id")
        if not isinstance(found, str) or not found:
            raise UnreachableError("upload", "no attachment id")
        return found

    async def _call(self, call: str, path: str, body: Any, timeout_s: float) -> dict[str, Any]:
        token, generation = await self.tokens.access()
        try:
            return await self._post(call, path, body, token, timeout_s)
        except RefusalError as error:
            if error.code not in TOKEN_REFUSED:
                raise
        token, _ = await self.tokens.access(other_than=generation)
        return await self._post(call, path, body, token, timeout_s)

    async def _post(self, call: str, path: str, body: Any, token: str, timeout_s: float) -> dict[str, Any]:
        content: dict[str, Any] = {"content": body}
        if isinstance(body, bytes):
            form = FormData()
            form.add_field("file", body, filename="picture.jpg", content_type="image/jpeg")
            content = {"form": form}
        status, answer = await self.http.post(
            call, f"{self._root}{path}", headers={"access_token": token}, timeout_s=timeout_s, **content
        )
        code = number(answer.get("error"))
        if code is None:
            raise UnreachableError(call, f"HTTP {status} without an error number")
        if code != 0:
            message = answer.get("message")
            raise RefusalError(call, code, message if isinstance(message, str) else "")
        data = answer.get("data")
        return data if isinstance(data, dict) else {}
