"""Public addresses of pictures, valid for minutes: Zalo Bot fetches a picture itself."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from storage.keys import Keys

PATH: Final = "/files/"
# Zalo's own time limit for fetching is reported as 150 seconds; the answer may wait in its queue.
VALID_FOR: Final = timedelta(minutes=10)
_SIGNATURE_LENGTH: Final = 43


class FileLinks:
    """Signs storage keys and checks them again. Nobody else can make an address, and an old one opens nothing."""

    def __init__(self, public_url: str, keys: Keys, clock: Callable[[], datetime]) -> None:
        self._public_url: Final = public_url
        self._keys: Final = keys
        self._clock: Final = clock

    def url(self, key: str) -> str:
        """The address of a file from now on for some minutes."""
        until = int((self._clock() + VALID_FOR).timestamp())
        return f"{self._public_url}{PATH}{until}.{self._signature(key, until)}.{key}"

    def key_of(self, signed: str) -> str:
        """The storage key in the last part of an address; empty where it is forged, changed or old."""
        until, _, rest = signed.partition(".")
        signature, _, key = rest.partition(".")
        if not (until.isascii() and until.isdecimal() and len(until) <= 12 and key):
            return ""
        fits = hmac.compare_digest(signature.encode(), self._signature(key, int(until)).encode())
        return key if fits and self._clock().timestamp() <= int(until) else ""

    def _signature(self, key: str, until: int) -> str:
        return self._keys.stream(f"file {until} {key}").hex()[:_SIGNATURE_LENGTH]
