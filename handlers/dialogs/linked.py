"""My household: linking it, seeing it, ending it; for village heads and officers the code for a household."""

from __future__ import annotations

from typing import Final

from handlers import codes
from handlers import interview as engine
from handlers.access import AccessDenied, can_anywhere
from handlers.actions.entitlements import see_own_findings
from handlers.actions.linked import detach, homes_of, is_household_code, see_own_household
from handlers.entitled.telling import household_text
from handlers.interviews import home_code, link_home
from handlers.messages import Choice, Reply
from handlers.reporting.frame import frame_of
from handlers.turn import Dialog, Replies, Turn
from storage.linked import Link

_LONGEST_CODE: Final = 40


async def home(turn: Turn, argument: str) -> Replies:
    """`home`, `home:link`, `home:see:<household>`, `home:end[:<link>[:yes]]`."""
    verb, _, rest = argument.partition(":")
    if verb == "link":
        return await engine.start(turn, link_home.interview)
    linked = await homes_of(await turn.work.connection(), await turn.actor())
    if verb == "end":
        return await _end(turn, linked, rest)
    if verb == "see":
        return await _see(turn, next((one for one in linked if str(one.household_id) == rest), None))
    if verb:
        return []
    if not linked:
        return await engine.start(turn, link_home.interview, opening=turn.say("linked.what_for"))
    if len(linked) == 1:
        return await _see(turn, linked[0])
    choices = tuple(Choice(f"home:see:{one.household_id}", _label(one)) for one in linked)
    return [Reply(turn.say("linked.which"), choices, controls=_ways_on(turn))]


async def homecode(turn: Turn, purpose: str) -> Replies:
    """A code for a household, or passing on what it is told: `homecode`, `homecode:behalf`."""
    actor = await turn.actor()
    if not can_anywhere(actor, "link_household"):
        raise AccessDenied(actor, "link_household", "")
    known = home_code.known_at_the_start(home_code.BEHALF if purpose == home_code.BEHALF else home_code.CODE)
    return await engine.start(turn, home_code.interview, known)


async def text(turn: Turn, said: str) -> Replies | None:
    """Answers of the interviews about households, and a household's code that is typed on its own."""
    running = turn.conversation.interview
    if running is not None and running.kind == link_home.KIND and running.current in ("said", "code"):
        await link_home.look_up(turn, said)
        return await engine.typed(turn, link_home.interview, said) or None
    if running is not None and running.kind == home_code.KIND and running.current == "home":
        await home_code.look_up(turn, said)
        return await engine.typed(turn, home_code.interview, said) or None
    return await _code_alone(turn, said)


async def _code_alone(turn: Turn, said: str) -> Replies | None:
    """Somebody types the code that the village head gave: the household is asked next."""
    written = (
        codes.read(said, with_word=turn.conversation.interview is not None) if len(said) <= _LONGEST_CODE else None
    )
    if written is None or not written.code:
        return None
    connection = await turn.work.connection()
    if not await is_household_code(connection, turn.knowledge.keys, written.code, turn.now):
        return None
    return await engine.start(turn, link_home.interview, {"code": written.code}, turn.say("linked.code_known"))


async def _see(turn: Turn, link: Link | None) -> Replies:
    """The household as the register has it, and what was found of it."""
    if link is None:
        return []
    connection, actor = await turn.work.connection(), await turn.actor()
    found = await see_own_household(connection, actor, link.household_id, turn.now)
    ways = (turn.choice(f"home:end:{link.id}", "linked.end"), turn.choice("home:link", "linked.add"), *_ways_on(turn))
    if found is None:
        return [Reply(turn.say("linked.gone", home=_label(link)), controls=ways)]
    lines = [
        turn.say("linked.yours", home=_label(link)),
        turn.say(
            "linked.stands",
            status=turn.say(f"reports.status.{found['status']}"),
            persons=len(found.living),
            day=turn.words.date(link.consented_at.date()),
        ),
    ]
    if found["state"] != "active":
        lines.append(turn.say("linked.gone", home=_label(link)))
    rows = await see_own_findings(connection, link, turn.today)
    if rows:
        frame, assessor = frame_of(turn.knowledge.locality, turn.words), turn.knowledge.assessor
        told = household_text(
            frame, assessor, link.code, link.head, rows, turn.today, on_behalf=link.on_behalf
        )  # fmt: skip
        lines.append(told)
    check = turn.choice("begin:eligibility", "eligibility.begin")
    return [Reply("\n".join(lines), (check,), controls=ways)]


async def _end(turn: Turn, linked: list[Link], rest: str) -> Replies:
    """Which one, are you sure, ended."""
    number, _, sure = rest.partition(":")
    if not linked:
        return [Reply(turn.say("linked.none"), controls=(turn.choice("home", "linked.home"), *_ways_on(turn)))]
    if not number and len(linked) > 1:
        choices = tuple(Choice(f"home:end:{one.id}", _label(one)) for one in linked)
        return [Reply(turn.say("linked.which_to_end"), choices, controls=_ways_on(turn))]
    chosen = next((one for one in linked if str(one.id) == number), linked[0] if not number else None)
    if chosen is None:
        return []
    if sure != "yes":
        yes = turn.choice(f"home:end:{chosen.id}:yes", "linked.yes_end")
        return [Reply(turn.say("linked.ask_end", home=_label(chosen)), (yes, turn.choice("home", "linked.no_keep")))]
    await detach(await turn.work.connection(), await turn.actor(), chosen.id, chosen.household_id, turn.now)
    return [Reply(turn.say("linked.ended", home=_label(chosen)), controls=_ways_on(turn))]


def _label(link: Link) -> str:
    return f"{link.code}, {link.head}".rstrip(", ")


def _ways_on(turn: Turn) -> tuple[Choice, ...]:
    return (turn.choice("office", "choice.office"), turn.choice("menu", "choice.menu"))


dialog = Dialog({"home": home, "homecode": homecode}, text=text, order=3)
"""Before the codes of invitations: a household's code is one of ours."""
