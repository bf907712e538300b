"""Consent by authorization code: the address at which the account's administrator consents, and what comes back.

The flow is OAuth version 4 with PKCE: the address carries only the hash of a secret that stays in this process, so that
a code which somebody else reads from an address bar is worth nothing without it. A code lives ten minutes.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs, urlencode, urlsplit

from bot.channels.zalo_oa.tokens import ROOT

CALLBACK: Final = "/zalo/consent"
"""Where Zalo sends the administrator's browser with the code, below the public address."""

_PERMISSION: Final = "/v4/oa/permission"
_CODE: Final = re.compile(r"[\w.~+/=-]{8,2000}", re.ASCII)


class ConsentError(Exception):
    """What was pasted is not the answer to this request."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request for consent; `verifier` never leaves the process before the exchange."""

    address: str
    verifier: str
    state: str

    def code(self, pasted: str) -> str:
        """The code within the address that the browser ended at, or the bare code.

        Raises:
            ConsentError: it holds no code, or belongs to another request.
        """
        given = pasted.strip()
        if "?" in given:
            fields = parse_qs(urlsplit(given).query)
            state = fields.get("state", [""])[0]
            if not hmac.compare_digest(state.encode(), self.state.encode()):
                raise ConsentError("the address belongs to another request; begin again")
            given = fields.get("code", [""])[0]
        if not _CODE.fullmatch(given):
            raise ConsentError("there is no code in it; paste the whole address that the browser shows")
        return given


def ask(app_id: str, callback: str, secret: Callable[[], str], *, root: str = ROOT) -> Asked:
    """A new request. `secret` gives 43 to 128 unpredictable characters of the URL-safe alphabet."""
    verifier, state = secret(), secret()
    digest = hashlib.sha256(verifier.encode()).digest()
    fields = {
        "app_id": app_id,
        "redirect_uri": callback,
        "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
        "state": state,
    }
    return Asked(f"{root or ROOT}{_PERMISSION}?{urlencode(fields)}", verifier, state)
