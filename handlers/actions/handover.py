"""Handing a citizen's own result to the officers of the commune, at the citizen's word."""

from __future__ import annotations

from handlers.actions.consents import agreed
from handlers.reporting.notices import tell
from handlers.turn import Turn
from storage import areas, audit, people

COMMUNE_OFFICER = "commune_officer"
_MOST_OFFICERS = 20


async def send_to_officers(turn: Turn, area_key: str, text: str) -> int:
    """Put the text before every commune officer of an area who can be written to; returns how many there are.

    The trail says that something was handed over, to which area and to how many, never what or by whom.
    """
    connection = await turn.work.connection()
    area = await areas.get(connection, area_key)
    if area is None:
        return 0
    holders = await people.holders(connection, area.path, turn.today, kinds=[COMMUNE_OFFICER], limit=_MOST_OFFICERS)
    accounts = sorted({holder.role.account_id for holder in holders if holder.role.start <= turn.today})
    written_to = 0
    for account_id in accounts:
        chats = [
            (channel, chat) for channel, chat, preferred in await people.chats_of(connection, account_id) if preferred
        ]
        if chats:
            await tell(connection, chats, text, turn.now)
            written_to += 1
    if written_to:
        await agreed(turn, "result")
        event = audit.Event("card_handed_over", "area", area.key, area_path=area.path, detail={"officers": written_to})
        await audit.append(connection, event, turn.now)
    return written_to
