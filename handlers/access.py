"""The only door to people's data: who acts, what a role may do, and where.

A role does something in its area and everything below it, never above or beside it. One table says what; `can`,
`require` and `scope_filter` read it. A refusal is an `AccessDenied`, and whoever answers the person writes it into the
audit trail with `record_refusal`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from content.localities import ReviewStep
from storage import audit, people
from storage.people import AccountRow, RoleRow
from storage.turns import ChatKey

CITIZEN: Final = "citizen"
VILLAGE_HEAD: Final = "village_head"
COMMUNE_OFFICER: Final = "commune_officer"
DISTRICT_OFFICER: Final = "district_officer"
COMMUNICATIONS_STAFF: Final = "communications_staff"
ADMINISTRATOR: Final = "administrator"
STAFF_ROLES: Final = (DISTRICT_OFFICER, COMMUNE_OFFICER, VILLAGE_HEAD, COMMUNICATIONS_STAFF, ADMINISTRATOR)
"""In the order in which a person with several acts when nothing was chosen: nearest to households first."""

AREA_KINDS: Final[Mapping[str, frozenset[str]]] = {
    VILLAGE_HEAD: frozenset({"village"}),
    COMMUNE_OFFICER: frozenset({"commune", "township", "ward"}),
    DISTRICT_OFFICER: frozenset({"district", "town_district", "province"}),
    COMMUNICATIONS_STAFF: frozenset({"commune", "township", "ward", "district", "town_district", "province"}),
    ADMINISTRATOR: frozenset({"district", "town_district", "province", "commune", "township", "ward"}),
}
"""What kinds of area a role can be given for."""

_HOUSEHOLDS: Final = frozenset(
    {"see_household", "see_report", "report_change", "see_figures", "see_findings", "handle_finding", "link_household"}
)
_CHECKING: Final = frozenset({"check_report", "correct_report", "export_register", "show_sensitive"})
_DECIDING: Final = frozenset(
    {
        "decide_report",
        "import_register",
        "merge_households",
        "undo_change",
        "lock_period",
        "approve_broadcast",
        "see_audit",
        "decide_nomination",
        "approve_knowledge",
    }
)
_ANSWERING: Final = frozenset({"answer_case", "see_analytics"})
"""Questions that people handed over; communications staff only those of their offices (`handlers.cases.routing`)."""
_SENDING: Final = frozenset({"compose_broadcast", "see_broadcast"})
_WRITING: Final = frozenset({"edit_knowledge"})
"""Proposing changes of the articles; whoever decides approves them."""
_NOMINATING: Final = frozenset({"nominate", "see_nomination"})
_NOMINATIONS: Final = _NOMINATING | {"check_nomination"}
"""Whoever checks also sees the list of a year, records consent, and erases what a nominee wants gone."""


def invite_verb(role: str) -> str:
    """Inviting into a role, revoking that invitation, ending the role and handing it over."""
    return f"invite_{role}"


VERBS: Final[Mapping[str, frozenset[str]]] = {
    CITIZEN: frozenset(),
    VILLAGE_HEAD: _HOUSEHOLDS | _NOMINATING,
    COMMUNE_OFFICER: _HOUSEHOLDS
    | _CHECKING
    | {"see_people", invite_verb(VILLAGE_HEAD)}
    | _SENDING
    | _WRITING
    | _ANSWERING
    | _NOMINATIONS,
    DISTRICT_OFFICER: _HOUSEHOLDS
    | _CHECKING
    | _DECIDING
    | _SENDING
    | _WRITING
    | _ANSWERING
    | _NOMINATIONS
    | {"see_people", invite_verb(VILLAGE_HEAD), invite_verb(COMMUNE_OFFICER)},
    COMMUNICATIONS_STAFF: _SENDING | _ANSWERING | _WRITING,
    # People and settings; household data only with a district role of one's own, and under that role's name.
    ADMINISTRATOR: frozenset({"see_people", "see_audit", "change_settings", "see_broadcast"})
    | frozenset(invite_verb(role) for role in STAFF_ROLES),
}
"""Role x verb: the whole of it, with `DECIDING_LEVEL` below."""

DECIDING_LEVEL: Final[Mapping[str, str]] = {"commune": COMMUNE_OFFICER}
"""Where the locality's review route ends below the district, the officer of that level decides as well."""

ALL_VERBS: Final = frozenset(verb for verbs in VERBS.values() for verb in verbs)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something: the account, the role acting, and the area of that role."""

    account_id: int = 0
    """0 for a person without an account."""
    name: str = ""
    acting: RoleRow | None = None
    roles: tuple[RoleRow, ...] = ()
    """Everything the person holds on this day, in the order of `STAFF_ROLES`."""
    decides: bool = False
    """The review route of the locality ends at this role's level."""

    @property
    def verbs(self) -> frozenset[str]:
        """What the acting role may do in its area."""
        return VERBS[self.role] | _DECIDING if self.decides else VERBS[self.role]

    @property
    def role(self) -> str:
        return self.acting.role if self.acting is not None else CITIZEN

    @property
    def area_key(self) -> str:
        return self.acting.area_key if self.acting is not None else ""

    @property
    def area_path(self) -> str:
        return self.acting.area_path if self.acting is not None else ""

    @property
    def is_staff(self) -> bool:
        return self.acting is not None


NOBODY: Final = Actor()


class AccessDenied(Exception):  # noqa: N818  # a refusal, not a mistake; the name the whole house uses
    """The actor may not do this there."""

    def __init__(self, actor: Actor, verb: str, area_path: str) -> None:
        super().__init__(f"{actor.role} may not {verb}")
        self.actor: Final = actor
        self.verb: Final = verb
        self.area_path: Final = area_path


def can(actor: Actor, verb: str, area_path: str) -> bool:
    """Whether the actor may do this to something of an area, by its path."""
    if verb not in actor.verbs or not actor.area_path:
        return False
    return area_path.startswith(actor.area_path)


def can_anywhere(actor: Actor, verb: str) -> bool:
    """Whether there is an area at all where the actor may do this: for showing a way on, not for deciding."""
    return verb in actor.verbs and bool(actor.area_path)


def require(actor: Actor, verb: str, area_path: str) -> None:
    """Go on only if the actor may do this there.

    Raises:
        AccessDenied: it may not.
    """
    if not can(actor, verb, area_path):
        raise AccessDenied(actor, verb, area_path)


def scope_filter(actor: Actor, verb: str = "see_household") -> str:
    """The path prefix that every query for this actor carries (see `storage.areas.below`).

    Raises:
        AccessDenied: the role may not do this anywhere.
    """
    if not can_anywhere(actor, verb):
        raise AccessDenied(actor, verb, "")
    return actor.area_path


def actor_from(account: AccountRow | None, acting_role: int) -> Actor:
    """The actor of an account: acting in the role chosen, or in the first one when that is no longer held."""
    if account is None:
        return NOBODY
    held = tuple(sorted(account.roles, key=lambda role: (STAFF_ROLES.index(role.role), role.id)))
    acting = next((role for role in held if role.id == acting_role), held[0] if held else None)
    return Actor(account.id, account.name, acting, held)


def on_route(actor: Actor, route: Iterable[ReviewStep]) -> Actor:
    """The actor within the review route of the locality (`Locality.about.review_route`)."""
    deciding = {DECIDING_LEVEL.get(step.level) for step in route if step.does in ("decide", "check_and_decide")}
    return replace(actor, decides=actor.role in deciding)


async def actor_of_chat(connection: AsyncConnection, key: ChatKey, acting_role: int, on: date) -> Actor:
    """Who writes in a chat: one query."""
    return actor_from(await people.account_of_chat(connection, key, on), acting_role)


async def actor_of_account(connection: AsyncConnection, account_id: int, acting_role: int, on: date) -> Actor:
    """Who is signed in at the desk: one query, made anew for every request so that an ended role ends at once.

    As in a turn, `on_route` comes after it.
    """
    return actor_from(await people.account(connection, account_id, on), acting_role)


async def record_refusal(connection: AsyncConnection, denied: AccessDenied, now: datetime, chat_hash: str = "") -> None:
    """Write a refusal into the audit trail; `chat_hash` stands for a person without an account."""
    actor = denied.actor
    await audit.append(
        connection,
        audit.Event(
            verb="refused",
            subject_kind="verb",
            subject_id=denied.verb[:64],
            account_id=actor.account_id or None,
            role=actor.role,
            area_path=denied.area_path,
            detail={"chat": chat_hash} if chat_hash else None,
        ),
        now,
    )
