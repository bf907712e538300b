"""What is kept of a person: told, taken along, deleted."""

from __future__ import annotations

from handlers.actions.conversations import forget_chat
from handlers.actions.privacy import MACHINE, READABLE, Summary, in_words, summary, take_along
from handlers.learning.asking import KEPT
from handlers.messages import Reply
from handlers.turn import Dialog, Replies, Turn

_WEB = "web"


async def privacy(turn: Turn, step: str) -> Replies:
    """Shows what is kept; hands out a copy; deletes it after the person has confirmed."""
    if step == "forget":
        return [await _asked(turn)]
    if step == "confirmed":
        await forget_chat(turn)
        return [Reply(turn.say("privacy.deleted"))]
    if step == "take":
        return await _copy(turn)
    if step == "kept":
        ways_on = (
            turn.choice("privacy:take", "privacy.take"),
            turn.choice("privacy:forget", "privacy.delete"),
            turn.choice("menu", "choice.menu"),
        )
        return [Reply("\n".join((_kept(turn), *_counted(turn, await summary(turn)))), controls=ways_on)]
    return []


async def _asked(turn: Turn) -> Reply:
    """Before anything is deleted: what cannot be deleted, and why; what lies elsewhere."""
    found = await summary(turn)
    lines = [turn.say("privacy.ask_delete")]
    if found.stays:
        lines.append(turn.say("privacy.stays"))
        lines += [f"• {turn.say(f'privacy.stays.{why}')}" for why in found.stays]
    if found.other_chats:
        lines.append(turn.say("privacy.other_chats"))
    choices = (turn.choice("privacy:confirmed", "privacy.yes_delete"), turn.choice("menu", "choice.menu"))
    return Reply("\n".join(lines), choices)


async def _copy(turn: Turn) -> Replies:
    """As files where the channel brings them, by links that work once where it does not, else as a text."""
    menu = (turn.choice("menu", "choice.menu"),)
    if turn.capabilities.files_out:
        key = await take_along(turn)
        return [
            Reply(turn.say("privacy.copy_readable"), document=f"{key}/{READABLE}"),
            Reply(turn.say("privacy.copy_machine"), document=f"{key}/{MACHINE}", controls=menu),
        ]
    address = turn.knowledge.address
    if address or turn.incoming.channel == _WEB:
        key = await take_along(turn)
        return [Reply(turn.say("privacy.copy_link", link=f"{address}/du-lieu/{key}"), controls=menu)]
    return [Reply(await in_words(turn), controls=menu)]


def _counted(turn: Turn, found: Summary) -> list[str]:
    lines = [
        turn.say("privacy.count", what=turn.say(f"privacy.table.{name}"), count=count)
        for name, count in found.counts.items()
        if name != "dialogue_questions"
    ]
    if asked := found.counts.get("dialogue_questions"):
        lines.append(turn.say("dialogue.kept_count", count=asked))
    return lines


def _kept(turn: Turn) -> str:
    conversation = turn.conversation
    nothing = turn.say("privacy.nothing")
    topic = turn.knowledge.library.get(conversation.topic)
    area = turn.knowledge.locality.areas.get(conversation.commune)
    kept = turn.say(
        "privacy.kept",
        topic=turn.words.translate(topic.title) if topic else nothing,
        commune=turn.words.translate(area.name) if area else nothing,
        notices=turn.say("privacy.notices_off" if conversation.notices_stopped else "privacy.notices_on"),
    )
    begun = (*conversation.put_aside, *filter(None, (conversation.interview,)))
    told = sum(len(one.answers) for one in begun) + len(conversation.noticed)
    lines = [kept, turn.say("privacy.household", count=told)] if told else [kept]
    if conversation.recent:
        lines.append(turn.say("case.kept", count=len(conversation.recent)))
    lines.append(turn.say("rating.kept", days=KEPT.days))
    return "\n".join(lines)


dialog = Dialog({"privacy": privacy})
