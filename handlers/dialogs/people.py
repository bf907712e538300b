"""Who I am to the programme: my roles, the one I act in, my channels; for those who may: inviting and ending roles."""

from __future__ import annotations

from typing import Final

from handlers import interview as engine
from handlers.access import AccessDenied, Actor, can, can_anywhere, invite_verb, scope_filter
from handlers.actions.links import new_link_code, unlink
from handlers.actions.people import PeopleError, end_role
from handlers.codes import shown
from handlers.interviews import invite as inviting
from handlers.messages import Choice, Reply
from handlers.turn import Dialog, Replies, Turn
from storage import people
from storage.people import HolderRow, RoleRow

_MOST_LISTED: Final = 30


async def me(turn: Turn, _argument: str) -> Replies:
    """The person's roles, where, and on which channels."""
    actor = await turn.actor()
    if not actor.account_id:
        return [Reply(turn.say("people.citizen"), controls=_ways_on(turn, actor))]
    lines = [turn.say("people.you_are", name=actor.name)] if actor.name else []
    lines += [_role_line(turn, actor, role) for role in actor.roles] or [turn.say("people.no_role")]
    chats = await people.chats_of(await turn.work.connection(), actor.account_id)
    lines.append(
        turn.say("people.channels", channels=", ".join(dict.fromkeys(_channel(turn, chat[0]) for chat in chats)))
    )
    return [Reply("\n".join(lines), controls=_ways_on(turn, actor))]


async def role(turn: Turn, argument: str) -> Replies:
    """Switch the role acting: shows the roles held, or takes the chosen one."""
    actor = await turn.actor()
    if argument:
        chosen = next((one for one in actor.roles if str(one.id) == argument), None)
        if chosen is None:
            return []
        turn.conversation.acting_role = chosen.id
        turn.forget_actor()
        return [Reply(turn.say("people.acting_now", role=_named(turn, chosen)), controls=_ways_on(turn, actor))]
    if len(actor.roles) < 2:
        key = "people.only_role" if actor.roles else "people.citizen"
        return [Reply(turn.say(key), controls=_ways_on(turn, actor))]
    choices = tuple(Choice(f"role:{one.id}", _named(turn, one)) for one in actor.roles)
    return [Reply(turn.say("people.which_to_act"), choices, controls=(turn.choice("menu", "choice.menu"),))]


async def link(turn: Turn, argument: str) -> Replies:
    """A code for another channel of the same person, or taking this channel off."""
    connection = await turn.work.connection()
    actor = await turn.actor()
    if argument == "off":
        if actor.roles and len(await people.chats_of(connection, actor.account_id)) < 2:
            return [Reply(turn.say("people.last_channel"), controls=_ways_on(turn, actor))]
        if actor.account_id:
            await unlink(connection, turn.key, actor, turn.now)
        turn.conversation.account = turn.conversation.acting_role = 0
        turn.forget_actor()
        return [Reply(turn.say("people.unlinked"), controls=(turn.choice("menu", "choice.menu"),))]
    if argument:
        return []
    account_id, code = await new_link_code(
        connection,
        turn.knowledge.keys,
        turn.key,
        actor,
        seed=turn.seed,
        stopped=turn.conversation.notices_stopped,
        now=turn.now,
    )
    turn.conversation.account = account_id
    turn.forget_actor()
    return [Reply(turn.say("people.link_code", code=shown(code)), controls=(turn.choice("me", "people.who_am_i"),))]


async def invite(turn: Turn, _argument: str) -> Replies:
    """Begin inviting somebody, for those who may."""
    known = await inviting.known_at_the_start(turn)
    if not known["may"]:
        raise AccessDenied(await turn.actor(), "invite", "")
    return await engine.start(turn, inviting.interview, known)


async def area_named(turn: Turn, text: str) -> Replies | None:
    """While an area is asked for: looks it up, and leaves the reading to the interview."""
    running = turn.conversation.interview
    if running is not None and running.kind == inviting.KIND and running.current == "area":
        await inviting.look_up(turn, running.answers, text)
    return None


async def staff(turn: Turn, _argument: str) -> Replies:
    """Who holds which role below the acting one, with the roles that can be ended."""
    actor = await turn.actor()
    scope = scope_filter(actor, "see_people")
    held = await people.holders(await turn.work.connection(), scope, turn.today, limit=_MOST_LISTED)
    endable = [one for one in held if _may_end(actor, one.role)]
    fixed = [one for one in held if not _may_end(actor, one.role)]
    lines = [turn.say("people.listed" if held else "people.nobody")]
    lines += [f"• {_holder(turn, one)}" for one in fixed]
    if endable:
        lines.append(turn.say("people.choose_to_end"))
    choices = tuple(Choice(f"unrole:{one.role.id}", _holder(turn, one)) for one in endable)
    return [Reply("\n".join(lines), choices, controls=_ways_on(turn, actor))]


async def unrole(turn: Turn, argument: str) -> Replies:
    """End a role from today on, after a confirmation: `unrole:<id>`, `unrole:<id>:yes`."""
    number, _, sure = argument.partition(":")
    if not number.isdecimal() or len(number) > 18:
        return []
    connection = await turn.work.connection()
    actor = await turn.actor()
    if sure == "yes":
        try:
            ended = await end_role(connection, actor, int(number), turn.today, turn.now)
        except PeopleError as error:
            return [Reply(turn.say(f"people.error.{error.reason}"), controls=_ways_on(turn, actor))]
        turn.forget_actor()
        return [Reply(turn.say("people.ended", role=_named(turn, ended)), controls=_ways_on(turn, actor))]
    held = await people.role(connection, int(number))
    if held is None or not can(actor, invite_verb(held.role), held.area_path):
        return []
    yes = turn.choice(f"unrole:{held.id}:yes", "people.yes_end")
    return [Reply(turn.say("people.ask_end", role=_named(turn, held)), (yes, turn.choice("staff", "people.no_keep")))]


def _may_end(actor: Actor, role: RoleRow) -> bool:
    return can(actor, invite_verb(role.role), role.area_path)


def _named(turn: Turn, role: RoleRow) -> str:
    return turn.say("people.role_of", role=turn.say(f"people.role.{role.role}"), area=role.area_name)


def _holder(turn: Turn, one: HolderRow) -> str:
    return turn.say("people.holder", name=one.name, role=_named(turn, one.role))


def _role_line(turn: Turn, actor: Actor, role: RoleRow) -> str:
    acting = actor.acting is not None and actor.acting.id == role.id and len(actor.roles) > 1
    return f"• {turn.say('people.acting', role=_named(turn, role)) if acting else _named(turn, role)}"


def _channel(turn: Turn, channel: str) -> str:
    key = f"people.channel.{channel}"
    return turn.say(key) if key in turn.words.phrases else channel


def _ways_on(turn: Turn, actor: Actor) -> tuple[Choice, ...]:
    ways = [turn.choice("link", "people.link")]
    if actor.roles:
        ways.insert(0, turn.choice("desk", "desk.title"))
    if can_anywhere(actor, "check_report"):
        ways.insert(0, turn.choice("review", "reports.queue"))
    if can_anywhere(actor, "report_change"):
        ways.insert(0, turn.choice("report", "reports.title"))
    if len(actor.roles) > 1:
        ways.insert(0, turn.choice("role", "people.switch"))
    if can_anywhere(actor, "see_people"):
        ways.append(turn.choice("staff", "people.list"))
    if can_anywhere(actor, invite_verb("village_head")):
        ways.append(turn.choice("invite", "people.invite"))
    if can_anywhere(actor, "see_findings"):
        ways.append(turn.choice("found", "linked.found"))
    if can_anywhere(actor, "link_household"):
        ways.append(turn.choice("homecode", "linked.for_whom"))
    if actor.is_staff:
        ways.append(turn.choice("handover", "linked.handover"))
    ways.append(turn.choice("home", "linked.home"))
    if can_anywhere(actor, "compose_broadcast"):
        ways.append(turn.choice("broadcast", "broadcasts.list"))
    return (*ways, turn.choice("menu", "choice.menu"))


dialog = Dialog(
    {"me": me, "role": role, "link": link, "invite": invite, "staff": staff, "unrole": unrole},
    text=area_named,
    order=6,
)
