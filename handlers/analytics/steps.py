"""Where a dialog stands after a turn, for counting at which question people stop.

A running interview remembers in which row it is counted. A turn moves it from there to where it stands now, so every
dialog is counted exactly once, going back and taking it up again included.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Final
from zlib import crc32

from handlers.conversation import Running
from handlers.turn import Turn
from storage.analytics import Stand

SUMMARY: Final = "="
"""The step at which everything is answered and shown to be confirmed."""
STANDING: Final = "standing"
_ENDS: Final = {"finished": "finished", "dropped": "cancelled"}
_SHARES: Final = 8
_KIND, _STEP, _AREA = 32, 64, 64


def count(turn: Turn, before: Running | None) -> None:
    """Note where the dialog of this turn has moved to. `before` is the interview that was going on when it began."""
    share = crc32(f"{turn.incoming.chat}:{turn.incoming.message_id}".encode()) % _SHARES
    moves: Counter[Stand] = Counter()
    events = [event[1:] for event in turn.noted if event[0] == "interview"]
    after = turn.conversation.interview
    counted = before
    for kind, what in events:
        if what in _ENDS:
            # Begun and finished within one turn, where everything was known already: it never stood anywhere.
            fresh = counted is None or counted.kind != kind
            if fresh and (kind, "begun") not in events:
                continue
            run = None if fresh else counted
            _end(turn, moves, run, kind, _ENDS[what], share)
            counted = None
    if after is not None and not after.stays and not (after is before and counted is None):
        _stand(turn, moves, after, share)
    turn.dialogs.update(moves)


def _stand(turn: Turn, moves: Counter[Stand], run: Running, share: int) -> None:
    """The interview goes on: it stands at the question that is being asked."""
    step = step_of(run.current)
    booked = _booked(run, share)
    if booked is None:
        new = Stand(turn.today, turn.conversation.commune[:_AREA], run.kind[:_KIND], step, STANDING, share)
    elif booked.step == step:
        return
    else:
        moves[booked] -= 1
        new = booked._replace(step=step)
    moves[new] += 1
    run.counted = f"{new.day.isoformat()}|{new.area_key}|{new.step}"


def _end(turn: Turn, moves: Counter[Stand], run: Running | None, kind: str, stand: str, share: int) -> None:
    """It is over. One that was shown already and is corrected once more does not end a second time."""
    booked = _booked(run, share) if run is not None else None
    if run is not None and booked is None:
        return
    if booked is None:
        booked = Stand(turn.today, turn.conversation.commune[:_AREA], kind[:_KIND], "", STANDING, share)
    else:
        moves[booked] -= 1
    step = booked.step if stand == "cancelled" else ""
    moves[booked._replace(step=step, stand=stand)] += 1
    if run is not None:
        run.counted = ""


def _booked(run: Running, share: int) -> Stand | None:
    if not run.counted:
        return None
    day, area, step = run.counted.split("|", 2)
    return Stand(date.fromisoformat(day), area, run.kind[:_KIND], step, STANDING, share)


def step_of(field: str) -> str:
    """What a field is counted as: the same question about another person of the household is one step."""
    number, colon, rest = field.partition(":")
    return (rest if colon and number.isdecimal() else field)[:_STEP] or SUMMARY
