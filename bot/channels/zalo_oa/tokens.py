"""The access token and the refresh token that replaces it: single use, so a lost one costs a person's consent.

One process at a time fetches a new pair: it takes a lease in the database first. The new pair is committed before
anything is sent with it. What a kill can do at each point:

- before the request: the lease ends by itself, the next process uses the same refresh token, which still works;
- between Zalo's answer and our commit: the old token is used up and the new one is lost. The next process tries the old
  one all the same, is refused, and then knows: a person must give consent again (`chungtay zalo consent`);
- after the commit: nothing is lost.

The pair is renewed hours before its end, so that messages still go out while somebody is asked for consent.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.channels.zalo_http import Http, RefusalError, UnreachableError, ZaloError, number
from bot.channels.zalo_oa.faults import RATE
from content import words
from content.words import SOURCE_LANGUAGE
from handlers.actions.alarms import alarm
from storage import zalo
from storage.database import Database
from storage.keys import Keys
from storage.zalo import TokenPair

log = structlog.get_logger(__name__)

ROOT: Final = "https://oauth.zaloapp.com"
TOKEN_REFUSED: Final = frozenset({-216, -220, -124})
CONSENT: Final = "chungtay zalo consent"

_PATH: Final = "/v4/oa/access_token"
_TIMEOUT_S: Final = 15.0
_LEASE: Final = timedelta(seconds=30)
# Access tokens live 25 hours (documented).
_RENEW_BEFORE: Final = timedelta(hours=5)
_MARGIN: Final = timedelta(minutes=2)
_WAIT_FOR_OTHER_S: Final = 10.0
_LOOK_EVERY_S: Final = 0.25
_KEEP_EVERY_S: Final = 600.0


class NoTokenError(ZaloError):
    """There is no access token now; `consent` when only a person can help."""

    def __init__(self, reason: str, *, consent: bool) -> None:
        super().__init__(reason)
        self.reason: Final = reason
        self.consent: Final = consent


class Tokens:
    """The pair of one Official Account, shared by every process through the database."""

    def __init__(
        self,
        database: Database,
        keys: Keys,
        http: Http,
        clock: Callable[[], datetime],
        *,
        app_id: str,
        app_secret: str,
        root: str = ROOT,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._database: Final = database
        self._keys: Final = keys
        self._http: Final = http
        self._clock: Final = clock
        self._app_id: Final = app_id
        self._app_secret: Final = app_secret
        self._url: Final = f"{root or ROOT}{_PATH}"
        self._sleep: Final = sleep
        self._pair: TokenPair | None = None
        self._one: Final = asyncio.Lock()
        self._stopping: Final = asyncio.Event()
        self._keeping: asyncio.Task[None] | None = None

    async def access(self, *, other_than: int = 0) -> tuple[str, int]:
        """An access token that should work, with its generation; not that generation, which Zalo has refused.

        Raises:
            NoTokenError: none can be had now.
        """
        pair = self._pair
        if pair is None or pair.generation == other_than or not self._usable(pair):
            async with self._one:
                pair = await self._read()
                if pair.generation == other_than or not self._usable(pair):
                    pair = await self._renewed(pair)
        return pair.access_token, pair.generation

    async def start(self) -> None:
        """Renew before the end, for ever: an account that sends nothing for three months must not lose its consent."""
        self._stopping.clear()
        self._keeping = asyncio.create_task(self._keep(), name="zalo-oa-token")

    async def close(self) -> None:
        """Let a renewal that has begun end: its answer must be stored."""
        self._stopping.set()
        if self._keeping is not None:
            await self._keeping
            self._keeping = None

    async def _keep(self) -> None:
        while not self._stopping.is_set():
            try:
                await self.renew_if_near()
            except (SQLAlchemyError, OSError, ZaloError) as error:
                log.warning("zalo_oa.token_not_kept", error=type(error).__name__)
            with suppress(TimeoutError):
                async with asyncio.timeout(_KEEP_EVERY_S):
                    await self._stopping.wait()

    async def consent(self, code: str, verifier: str) -> None:
        """Exchange the authorization code of a person's consent for the first pair, and store it before its first use.

        Raises:
            ZaloError: it was refused or could not be reached; what was in force before stays.
        """
        form = {"app_id": self._app_id, "grant_type": "authorization_code", "code": code, "code_verifier": verifier}
        status, answer = await self._http.post(
            "consent", self._url, form=form, headers={"secret_key": self._app_secret}, timeout_s=_TIMEOUT_S
        )
        access_token, refresh_token, lives = _new_pair(status, answer)
        now = self._clock()
        async with self._one, self._database.write() as connection:
            await zalo.consented_with_pair(
                connection,
                self._keys,
                self._app_id,
                access_token=access_token,
                refresh_token=refresh_token,
                expires_at=now + lives,
                now=now,
            )
        self._pair = None
        log.info("zalo_oa.consented")

    async def renew_if_near(self) -> None:
        """Fetch a new pair if the one in force ends within hours."""
        async with self._one:
            pair = await self._read()
            if pair.expires_at - self._clock() <= _RENEW_BEFORE:
                await self._renewed(pair)

    def _usable(self, pair: TokenPair) -> bool:
        return bool(pair.access_token) and self._clock() < pair.expires_at - _MARGIN

    async def _read(self) -> TokenPair:
        async with self._database.read() as connection:
            pair = await zalo.tokens(connection, self._keys, self._app_id)
        if pair is None:
            raise NoTokenError(f"no consent has been given yet; run `{CONSENT}`", consent=True)
        self._pair = pair
        return pair

    async def _renewed(self, pair: TokenPair) -> TokenPair:
        """The pair after this one, fetched by us or by another process meanwhile."""
        now = self._clock()
        async with self._database.write() as connection:
            ours = await zalo.lease_refresh(connection, self._app_id, pair.generation, now=now, until=now + _LEASE)
        if not ours:
            return await self._of_other(pair.generation)
        return await self._fetch(pair, cut_off=pair.refreshing_until is not None)

    async def _of_other(self, generation: int) -> TokenPair:
        """Wait for the process that has the lease."""
        waited = 0.0
        while waited < _WAIT_FOR_OTHER_S:
            pair = await self._read()
            if pair.generation != generation:
                return pair
            if pair.refreshing_until is None and pair.refusals:
                break
            await self._sleep(_LOOK_EVERY_S)
            waited += _LOOK_EVERY_S
        raise NoTokenError("another process is renewing the token", consent=False)

    async def _fetch(self, pair: TokenPair, *, cut_off: bool) -> TokenPair:
        form = {"app_id": self._app_id, "grant_type": "refresh_token", "refresh_token": pair.refresh_token}
        try:
            status, answer = await self._http.post(
                "refresh", self._url, form=form, headers={"secret_key": self._app_secret}, timeout_s=_TIMEOUT_S
            )
            new = _new_pair(status, answer)
        except UnreachableError as error:
            # It may have arrived: the mark stays, and the next refusal is known for what it is.
            await self._failed(pair, refused=False, trouble="", until=self._clock())
            raise NoTokenError(f"renewing the token: {error.reason}", consent=False) from None
        except RefusalError as error:
            if error.code == RATE:
                await self._failed(pair, refused=False, trouble="", until=self._clock() if cut_off else None)
                raise NoTokenError("renewing the token: told to wait", consent=False) from None
            raise await self._refused(pair, error, cut_off=cut_off) from None
        access_token, refresh_token, lives = new
        now = self._clock()
        async with self._database.write() as connection:
            stored = await zalo.store_pair(
                connection,
                self._keys,
                self._app_id,
                pair.generation,
                access_token=access_token,
                refresh_token=refresh_token,
                expires_at=now + lives,
                now=now,
            )
        if not stored:
            log.warning("zalo_oa.token_replaced_meanwhile")
        log.info("zalo_oa.token_renewed", generation=pair.generation + 1)
        return await self._read()

    async def _refused(self, pair: TokenPair, error: RefusalError, *, cut_off: bool) -> NoTokenError:
        why = "a renewal was cut off before its answer was stored" if cut_off else f"Zalo refused it ({error.code})"
        trouble = f"the refresh token no longer works: {why}; run `{CONSENT}`"
        log.error("zalo_oa.consent_needed", code=error.code, cut_off=cut_off, hint=CONSENT)
        await self._failed(pair, refused=True, trouble=trouble, until=self._clock() if cut_off else None)
        return NoTokenError(trouble, consent=True)

    async def _failed(self, pair: TokenPair, *, refused: bool, trouble: str, until: datetime | None) -> None:
        async with self._database.write() as connection:
            await zalo.refresh_failed(
                connection, self._app_id, pair.generation, refused=refused, trouble=trouble, until=until
            )
            if refused and not pair.refusals:  # the first refusal of this pair: later ones say nothing new
                said = words.load()[SOURCE_LANGUAGE].say("zalo.alarm.consent")
                await alarm(connection, said, self._clock())


def _new_pair(status: int, answer: dict[str, Any]) -> tuple[str, str, timedelta]:
    access, refresh = answer.get("access_token"), answer.get("refresh_token")
    if isinstance(access, str) and access and isinstance(refresh, str) and refresh:
        seconds = number(answer.get("expires_in"))  # a string: "90000"
        return access, refresh, timedelta(seconds=seconds if seconds is not None and seconds > 0 else 3600)
    code = number(answer.get("error"))
    if code is None or code == 0 or status >= 500:
        raise UnreachableError("refresh", f"HTTP {status} without tokens")
    raise RefusalError("refresh", code)
