"""Reading what a person typed or chose for a question about a nominee."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from content.reading.dates import read_date
from content.reading.options import Ambiguous, Option, read_option
from content.reading.result import Refused
from content.reading.yes_no import read_yes_no
from content.text import plain
from handlers.cases.sealing import seal_told
from handlers.interview import Answers, NotUnderstood, Understood
from handlers.messages import Choice
from handlers.nominating.answers import nominating_of
from handlers.nominating.told import one_line
from handlers.turn import Turn
from rules.nominations.model import LONGEST_DEED, LONGEST_NAME, SHORTEST_DEED, name_holds

_ENOUGH: Final = frozenset(
    "du roi|du|het|het roi|khong|khong con|thoi|xong|xong roi|vay thoi|khong co|khong co anh|enough|no|done".split("|")
)
_NUMBERS: Final = re.compile(r"\d{1,2}(?:[\s,;.]+(?:va\s+)?\d{1,2})*[.]?")
_DAYS: Final = {"today": 0, "yesterday": 1}
# Another kind has other criteria, and somebody else to agree for it; another yes is said anew.
_STALE: Final = {
    "kind": ("criteria", "more_criteria", "consent_who"),
    "consent": ("consent_who", "consent_how", "consent_day"),
}
# Words for the choices beside their labels.
_PHRASES: Final = {
    "person": ("người", "cá nhân", "một người"),
    "household": ("hộ", "gia đình", "nhà", "cả nhà"),
    "collective": ("tập thể", "nhóm", "hội", "tổ", "chi hội", "hợp tác xã", "doanh nghiệp"),
    "unasked": ("chưa hỏi", "chưa", "để hỏi", "chưa biết"),
    "yes": ("đồng ý", "có", "được", "rồi"),
    "no": ("không", "không muốn", "không đồng ý", "từ chối"),
    "paper": ("giấy", "viết giấy", "ký giấy"),
    "message": ("nhắn tin", "tin nhắn", "zalo"),
    "recorded": ("ghi âm", "quay phim", "ghi hình", "video"),
    "spoken": ("nói", "bằng lời", "nói miệng", "nói trực tiếp"),
}


def heard(
    turn: Turn, answers: Answers, field: str, said: str, options: Sequence[Choice], *, chosen: bool
) -> Understood | NotUnderstood:
    """The answer to one question."""
    if field in ("name", "consent_who"):
        return _name(turn, field, said)
    if field == "deed":
        return _deed(turn, said)
    if field == "area":
        return _area(turn, answers, said, chosen=chosen)
    if field in ("criteria", "more_criteria"):
        return _criteria(turn, answers, field, said, options, chosen=chosen)
    if field == "photos":
        if chosen or plain(said).strip(" .!") in _ENOUGH:
            return Understood({"photos": True})
        return NotUnderstood(turn.say("nominations.photo_or_none"))
    if field == "consent_day":
        return _day(turn, said, chosen=chosen)
    return _option(turn, field, said, options, chosen=chosen)


def _name(turn: Turn, field: str, said: str) -> Understood | NotUnderstood:
    name = one_line(said)
    if not name_holds(name):
        return NotUnderstood(turn.say("nominations.check.name", most=LONGEST_NAME))
    return Understood({field: seal_told(turn.knowledge.keys, name)})


def _deed(turn: Turn, said: str) -> Understood | NotUnderstood:
    text = said.strip()
    if len(text) < SHORTEST_DEED:
        return NotUnderstood(turn.say("nominations.check.deed_short", least=SHORTEST_DEED))
    if len(text) > LONGEST_DEED:
        return NotUnderstood(turn.say("nominations.check.deed_long", most=LONGEST_DEED))
    return Understood({"deed": seal_told(turn.knowledge.keys, text)})


def _area(turn: Turn, answers: Answers, said: str, *, chosen: bool) -> Understood | NotUnderstood:
    found = answers.get("found", [])
    picked = next((each for each in found if chosen and each[0] == said), found[0] if len(found) == 1 else None)
    if picked is not None:
        return Understood({"area": {"key": picked[0], "name": picked[1]}, "found": [], "more": False})
    if not found:
        return NotUnderstood(turn.say("nominations.no_such_area"))
    key = "nominations.too_many_areas" if answers.get("more") else "nominations.which_area"
    return NotUnderstood(turn.say(key), tuple(Choice(each[0], each[1]) for each in found))


def _criteria(
    turn: Turn, answers: Answers, field: str, said: str, options: Sequence[Choice], *, chosen: bool
) -> Understood | NotUnderstood:
    """One by button or words, or several numbers at once: "1, 3"."""
    before: list[Any] = list(answers.get("criteria", ())) if field == "more_criteria" else []
    word = plain(said).strip(" .!")
    if field == "more_criteria" and ((chosen and said == "enough") or word in _ENOUGH):
        return Understood({"more_criteria": True})
    labels = {each.id: each.label for each in nominating_of(turn).of_kind(answers["kind"])}
    if chosen and said in labels:
        picked = [said]
    elif _NUMBERS.fullmatch(word):
        numbers = [int(number) for number in re.findall(r"\d+", word)]
        if any(not 1 <= number <= len(options) for number in numbers):
            return NotUnderstood(turn.say("nominations.which_criteria", most=len(options)))
        picked = [options[number - 1].id for number in numbers if options[number - 1].id in labels]
    else:
        read = read_option(said, [Option(each.id, each.label) for each in options])
        if isinstance(read, Ambiguous):
            return NotUnderstood(
                turn.say("nominations.which_one"), tuple(each for each in options if each.id in read.candidates)
            )
        if read is None:
            return NotUnderstood(turn.say("nominations.which_criteria", most=len(options)))
        picked = [read.value]
    kept = [*before, *([each, labels[each]] for each in dict.fromkeys(picked) if each in labels)]
    done = len(picked) > 1 or len(kept) >= len(labels)
    found: dict[str, Any] = {"criteria": kept, **({"more_criteria": True} if done else {})}
    return Understood(found, drop=() if done else ("more_criteria",))


def _day(turn: Turn, said: str, *, chosen: bool) -> Understood | NotUnderstood:
    if chosen and said in _DAYS:
        return Understood({"consent_day": (turn.today - timedelta(days=_DAYS[said])).isoformat()})
    read = read_date(said, turn.today)
    if read is None or isinstance(read, Refused) or read.value.precision != "day":
        return NotUnderstood(turn.say("nominations.check.consent_day"))
    if read.value.future:
        return NotUnderstood(turn.say("nominations.check.consent_future"))
    return Understood({"consent_day": read.value.day.isoformat()})


def _option(
    turn: Turn, field: str, said: str, options: Sequence[Choice], *, chosen: bool
) -> Understood | NotUnderstood:
    value = said if chosen and said in {each.id for each in options} else ""
    if not value and field == "consent" and plain(said).strip(" .!") not in ("chua", "chua hoi"):
        answer = read_yes_no(said)
        value = answer.value if answer is not None and answer.value in ("yes", "no") else ""
        value = "unasked" if answer is not None and answer.value == "no" and plain(said).startswith("chua") else value
    if not value:
        read = read_option(said, [Option(each.id, each.label, _phrases(turn, each.id)) for each in options])
        if isinstance(read, Ambiguous):
            return NotUnderstood(
                turn.say("nominations.which_one"), tuple(each for each in options if each.id in read.candidates)
            )
        if read is None:
            return NotUnderstood(turn.say("nominations.choose_one"))
        value = read.value
    return Understood({field: value}, drop=_STALE.get(field, ()))


def _phrases(turn: Turn, option: str) -> tuple[str, ...]:
    known = nominating_of(turn).organisation(option)
    return known.phrases if known is not None else _PHRASES.get(option, ())
