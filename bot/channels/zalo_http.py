"""The HTTP client of both Zalo adapters. What it raises holds no address (a token is part of it), text or name."""

from __future__ import annotations

import ipaddress
import json
import random
import socket
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec
from aiohttp import ClientError, ClientSession, ClientTimeout, FormData, TCPConnector
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from bot.channels import TryLater

_SHORTEST_WAIT_S: Final = 1.0
_LONGEST_WAIT_S: Final = 300.0
# After so long without an answer it is not one message's trouble: the whole channel waits.
_OUTAGE_S: Final = 5.0


class ZaloError(Exception):
    """Root of what can go wrong between us and Zalo."""


class RefusalError(ZaloError):
    """Zalo answered, and the answer is no."""

    def __init__(self, call: str, code: int, description: str = "") -> None:
        super().__init__(f"{call}: {code} {description[:200]}".strip())
        self.code: Final = code
        self.description: Final = description[:200]

    def says(self, *phrases: str) -> bool:
        """Whether the description holds one of the phrases, given in lower case."""
        said = self.description.lower()
        return any(phrase in said for phrase in phrases)


class UnreachableError(ZaloError):
    """No readable answer; the call may have had its effect."""

    def __init__(self, call: str, reason: str) -> None:
        super().__init__(f"{call}: {reason}")
        self.reason: Final = reason


class MediaError(ZaloError):
    """A picture that a person sent cannot be fetched."""


class Outage:
    """Remembers since when nothing sensible has been answered, to wait longer and longer."""

    def __init__(self, seconds: Callable[[], float]) -> None:
        self._seconds: Final = seconds
        self._since: float | None = None

    def over(self) -> None:
        """Something sensible has been answered."""
        self._since = None

    def wait(self, reason: str) -> TryLater:
        now = self._seconds()
        if self._since is None:
            self._since = now
        lasted = now - self._since
        # Waiting as long as it has lasted doubles the wait every time.
        after_s = min(max(lasted, _SHORTEST_WAIT_S), _LONGEST_WAIT_S) * random.uniform(1.0, 1.3)
        return TryLater(after_s, reason, whole_channel=lasted >= _OUTAGE_S)


class _PublicOnly(AbstractResolver):
    """Finds addresses of the public Internet only: a picture's address comes from outside, and must not lead inside."""

    def __init__(self) -> None:
        self._inner: Final = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._inner.resolve(host, port, family)
        public = [one for one in found if ipaddress.ip_address(one["host"]).is_global]
        if not public:
            raise OSError("no public address")
        return public

    async def close(self) -> None:
        await self._inner.close()


class Http:
    """One client session, opened at the first call. `inside` lets pictures come from this machine: for tests."""

    def __init__(self, *, inside: bool = False) -> None:
        self._inside: Final = inside
        self._session: ClientSession | None = None
        self._media: ClientSession | None = None

    async def post(
        self,
        call: str,
        url: str,
        *,
        content: Any = None,
        form: Mapping[str, str] | FormData | None = None,
        headers: Mapping[str, str] | None = None,
        timeout_s: float,
    ) -> tuple[int, dict[str, Any]]:
        """The HTTP status and the JSON object answered.

        Raises:
            UnreachableError: no answer, or none that is a JSON object.
        """
        if self._session is None:
            self._session = ClientSession()
        given = dict(headers or {})
        body: Any = form
        if content is not None:
            body = msgspec.json.encode(content)
            given["Content-Type"] = "application/json"
        try:
            async with self._session.post(
                url, data=body, headers=given, timeout=ClientTimeout(total=timeout_s), allow_redirects=False
            ) as response:
                status = response.status
                read = await response.read()
        except (ClientError, TimeoutError, OSError, ValueError) as error:
            raise UnreachableError(call, type(error).__name__) from None
        answer = decoded(read)
        if answer is None:
            raise UnreachableError(call, f"HTTP {status} without a readable body")
        return status, answer

    async def fetch(self, url: str, *, most_bytes: int, timeout_s: float) -> bytes:
        """A picture from a public address.

        Raises:
            MediaError: it is gone, too large, too slow, or not where pictures may come from.
        """
        parts = urlsplit(url)
        if not self._inside and (parts.scheme != "https" or _is_number(parts.hostname or "")):
            raise MediaError("not a public https address")
        if self._media is None:
            connector = TCPConnector() if self._inside else TCPConnector(resolver=_PublicOnly())
            self._media = ClientSession(connector=connector)
        content = bytearray()
        try:
            async with self._media.get(url, timeout=ClientTimeout(total=timeout_s), allow_redirects=False) as response:
                if response.status != 200:
                    raise MediaError(f"HTTP {response.status}")
                async for piece in response.content.iter_chunked(65_536):
                    content += piece
                    if len(content) > most_bytes:
                        raise MediaError("too large")
        except (ClientError, TimeoutError, OSError, ValueError) as error:
            raise MediaError(type(error).__name__) from None
        return bytes(content)

    async def close(self) -> None:
        for session in (self._session, self._media):
            if session is not None:
                await session.close()
        self._session = self._media = None


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def decoded(body: bytes) -> dict[str, Any] | None:
    """A JSON object, or None."""
    try:
        found = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        # msgspec refuses half of a surrogate pair, which a phone may well send; one such message must not end a poll.
        try:
            found = json.loads(body)
        except (ValueError, RecursionError):
            return None
    except RecursionError:
        return None
    return found if isinstance(found, dict) else None


def number(value: object) -> int | None:
    """A code that may come as a number or as text."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, str) and value.removeprefix("-").isdecimal() and len(value) <= 15:
        return int(value)
    return None


def clean(value: object) -> str:
    """Text as it can be stored; half of a surrogate pair is valid in JSON, but can be stored nowhere."""
    if not isinstance(value, str):
        return ""
    return value if value.isascii() else value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
