"""Signing in at the desk: one-time links, sessions, and a second factor for those who decide.

A token is 32 bytes that nobody can guess; only its keyed hash is stored. A new session is made at every sign-in and its
token changes when the second factor is given, so that a token planted before is worth nothing afterwards.
"""

from __future__ import annotations

import hmac
from base64 import b32encode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from sqlalchemy.ext.asyncio import AsyncConnection

from handlers import codes
from handlers.access import ADMINISTRATOR, DISTRICT_OFFICER, Actor, actor_of_account
from storage import audit, sessions
from storage.keys import Keys
from storage.sessions import SessionRow

LINK_VALID_FOR: Final = timedelta(minutes=10)
IDLE: Final = timedelta(hours=8)
LONGEST: Final = timedelta(days=7)
WRONG_LINKS: Final = 20
"""Wrong links from one address within an hour."""
WRONG_CODES: Final = 5
"""Wrong second-factor codes of one account within a quarter of an hour."""
STEP_S: Final = 30
_CODES_PER: Final = timedelta(minutes=15)
_LINKS_PER: Final = timedelta(hours=1)
_SEEN_EVERY: Final = timedelta(minutes=2)
_RECOVERY_CODES: Final = 10
_DIGITS: Final = 6
_LINK_REFUSED: Final = "desk_link_refused"
_CODE_REFUSED: Final = "desk_code_refused"


class SignInError(Exception):
    """Why somebody does not get in; `reason` ends a phrase key `desk.sign_in.…`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason: Final = reason


@dataclass(frozen=True, slots=True)
class Proved:
    """The second factor was right: recovery codes where it was set up just now, to be shown once."""

    recovery_codes: tuple[str, ...] = ()


def token_from(random: bytes) -> str:
    """A token for an address or a cookie from 32 random bytes."""
    return urlsafe_b64encode(random).rstrip(b"=").decode()


def needs_second_factor(actor: Actor) -> bool:
    """Whoever decides, and whoever can let somebody decide."""
    return actor.decides or any(role.role in (DISTRICT_OFFICER, ADMINISTRATOR) for role in actor.roles)


async def new_link(connection: AsyncConnection, keys: Keys, actor: Actor, token: str, now: datetime) -> None:
    """A link that opens the desk once.

    Raises:
        SignInError: the account holds no role today.
    """
    if not actor.roles:
        raise SignInError("no_role")
    await audit.serialise(connection)
    await sessions.add_link(connection, _hashes(keys, "link", token)[0], actor.account_id, now + LINK_VALID_FOR)
    await _record(connection, "desk_link_given", actor.account_id, actor.role, now)


async def sign_in(
    connection: AsyncConnection, keys: Keys, token: str, new_token: str, address: str, now: datetime, today: date
) -> int:
    """Take a link and begin a session; returns the account. The caller commits also when it raises.

    Raises:
        SignInError: too many wrong links from there, a link that is no longer good, or no role any more.
    """
    await audit.serialise(connection)
    place = keys.keyed_hash(f"address:{address}")
    tries = await audit.count(
        connection, verb=_LINK_REFUSED, since=now - _LINKS_PER, subject_kind="address", subject_id=place,
        most=WRONG_LINKS,
    )  # fmt: skip
    if tries >= WRONG_LINKS:
        raise SignInError("too_many")
    account_id = await sessions.use_link(connection, _hashes(keys, "link", token), now)
    if account_id is None:
        await audit.append(connection, audit.Event(_LINK_REFUSED, "address", place), now)
        raise SignInError("wrong")
    actor = await actor_of_account(connection, account_id, 0, today)
    if not actor.roles:
        raise SignInError("no_role")
    await sessions.begin(connection, _hashes(keys, "session", new_token)[0], account_id, now, now + LONGEST)
    await _record(connection, "desk_signed_in", account_id, actor.role, now)
    return account_id


async def session_of(connection: AsyncConnection, keys: Keys, token: str, now: datetime) -> SessionRow | None:
    """The session of a cookie, if it is still good."""
    if not 20 <= len(token) <= 100:
        return None
    return await sessions.find(connection, _hashes(keys, "session", token), now, IDLE)


def is_due(session: SessionRow, now: datetime) -> bool:
    """Whether it is time to note again that the session is in use: not for every page."""
    return now - session.seen_at > _SEEN_EVERY


async def sign_out(connection: AsyncConnection, keys: Keys, token: str) -> None:
    await sessions.end(connection, _hashes(keys, "session", token))


async def sign_out_everywhere(connection: AsyncConnection, account_id: int, role: str, now: datetime) -> int:
    """Ends every session of an account; returns how many there were."""
    await audit.serialise(connection)
    ended = await sessions.end_all(connection, account_id)
    await _record(connection, "desk_signed_out_everywhere", account_id, role, now)
    return ended


async def has_factor(connection: AsyncConnection, account_id: int) -> bool:
    """Whether the account has confirmed a second factor."""
    known = await sessions.factor(connection, account_id)
    return known is not None and known.confirmed_at is not None


async def offered_secret(connection: AsyncConnection, keys: Keys, account_id: int, random: bytes) -> str | None:
    """The secret to type into an authenticator, the same until it is confirmed; None once it is."""
    known = await sessions.factor(connection, account_id)
    if known is None:
        await sessions.offer_factor(connection, account_id, keys.encrypt(random, _context(account_id)))
        known = await sessions.factor(connection, account_id)
    if known is None or known.confirmed_at is not None:
        return None
    return b32encode(keys.decrypt(known.secret, _context(account_id))).decode()


async def prove(
    connection: AsyncConnection, keys: Keys, session: SessionRow, said: str, new_token: str, now: datetime
) -> Proved:
    """Check a code of the authenticator, or a recovery code. The caller commits also when it raises.

    Raises:
        SignInError: a wrong code, or too many of them.
    """
    await audit.serialise(connection)
    account_id = session.account_id
    tries = await audit.count(
        connection, verb=_CODE_REFUSED, since=now - _CODES_PER, subject_kind="account", subject_id=str(account_id),
        most=WRONG_CODES,
    )  # fmt: skip
    if tries >= WRONG_CODES:
        raise SignInError("too_many_codes")
    known = await sessions.factor(connection, account_id)
    is_new = known is not None and known.confirmed_at is None
    if not await _is_right(connection, keys, account_id, known, said, now):
        await audit.append(connection, audit.Event(_CODE_REFUSED, "account", str(account_id), account_id), now)
        raise SignInError("wrong_code")
    values = {"proved": True, "token_hash": _hashes(keys, "session", new_token)[0], "seen_at": now}
    await sessions.change(connection, session.id, values)
    await _record(connection, "desk_factor_set" if is_new else "desk_factor_given", account_id, "", now)
    return Proved(await new_recovery_codes(connection, keys, account_id, new_token, now) if is_new else ())


async def new_recovery_codes(
    connection: AsyncConnection, keys: Keys, account_id: int, seed: str, now: datetime
) -> tuple[str, ...]:
    """Ten codes for the day without the telephone; those given before are worthless from now on."""
    made = tuple(codes.new_code(keys, f"recovery:{seed}:{number}") for number in range(_RECOVERY_CODES))
    hashes = [keys.keyed_hash(_recovery(account_id, code)) for code in made]
    await sessions.replace_recovery_codes(connection, account_id, hashes)
    await _record(connection, "desk_recovery_codes_given", account_id, "", now)
    return made


async def forget_factor(connection: AsyncConnection, account_id: int, now: datetime) -> None:
    """A lost telephone: every session ends, and the next sign-in sets up a new factor. Only for the operator."""
    await audit.serialise(connection)
    await sessions.forget_factor(connection, account_id)
    await sessions.end_all(connection, account_id)
    await audit.append(connection, audit.Event("desk_factor_forgotten", "account", str(account_id)), now)


def code_at(secret: bytes, at: float) -> str:
    """What an authenticator shows at a moment."""
    return TOTP(secret, _DIGITS, SHA1(), STEP_S, enforce_key_length=False).generate(int(at)).decode()  # noqa: S303  # what every authenticator uses


async def _is_right(
    connection: AsyncConnection,
    keys: Keys,
    account_id: int,
    known: sessions.FactorRow | None,
    said: str,
    now: datetime,
) -> bool:
    if known is None:
        return False
    digits = "".join(char for char in said if not char.isspace())
    if digits.isascii() and digits.isdecimal() and len(digits) == _DIGITS:
        secret = keys.decrypt(known.secret, _context(account_id))
        step = int(now.timestamp()) // STEP_S
        for near in (step - 1, step, step + 1):
            if hmac.compare_digest(code_at(secret, near * STEP_S), digits):
                return await sessions.take_step(connection, account_id, near, now)
        return False
    written = codes.read(said)
    if written is None or not written.code or known.confirmed_at is None:
        return False
    hashes = keys.keyed_hashes(_recovery(account_id, written.code))
    if not await sessions.use_recovery_code(connection, account_id, hashes, now):
        return False
    await _record(connection, "desk_recovery_code_used", account_id, "", now)
    return True


def _hashes(keys: Keys, kind: str, token: str) -> Sequence[str]:
    return keys.keyed_hashes(f"desk-{kind}:{token}")


def _recovery(account_id: int, code: str) -> str:
    return f"desk-recovery:{account_id}:{code}"


def _context(account_id: int) -> str:
    return f"desk_factors.secret:{account_id}"


async def _record(connection: AsyncConnection, verb: str, account_id: int, role: str, now: datetime) -> None:
    await audit.append(connection, audit.Event(verb, "account", str(account_id), account_id, role), now)
