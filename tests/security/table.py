"""What the access proof knows of routes, commands and choice words. What is new and not in here stops the tests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tests.hygiene.test_routes import ROUTES as KNOWN

SECRET: Final = "the webhook's secret or signature"
STATE: Final = "whoever brings back the state that `chungtay zalo consent` made for minutes"
SIGNED: Final = "an address signed for minutes"
ROUTES: Final[Mapping[tuple[str, str], str]] = {
    **KNOWN,
    ("POST", "/webhooks/zalo-bot"): SECRET,
    ("POST", "/webhooks/zalo-oa"): SECRET,
    ("GET", "/files/{signed:str}"): SIGNED,
    ("GET", "/zalo/consent"): STATE,
}
"""Who may use a route. A new one goes into tests/desk/table.py (desk) or tests/hygiene/test_routes.py (all others)."""

PLACEHOLDERS: Final[Mapping[str, str]] = {
    "report_id": "report",
    "household_id": "household",
    "file_id": "file",
    "case_id": "case",
    "entry_id": "entry",
    "reply_id": "reply",
    "finding_id": "finding",
    "import_id": "household",
    "news_id": "news",
    "dialogue_id": "dialogue",
    "group_id": "group",
    "broadcast_id": "broadcast",
    "nomination_id": "nomination",
    "media_id": "media",
    "token": "",
    "slug": "",
    "signed": "",
    "key": "",
    "path": "",
    "file_path": "",
    "wanted": "",
    "kind": "",
    "article_id": "",
    "change_id": "",
}
"""What a part of an address names: a thing of `seeding.py` (Foreign.ids), or nothing that is anybody's."""

WANTED: Final[Mapping[str, tuple[str, ...]]] = {
    "/can-bo/bao-cao/{report_id:int}/{wanted:str}": (
        "approve", "refuse", "return", "forward", "withdraw", "take", "undo"
    ),
    "/can-bo/hop-thu/{case_id:int}/{wanted:str}": ("take", "reply", "note", "move", "close", "reopen", "show"),
    "/can-bo/tin/{news_id:int}/{wanted:str}": ("submit", "approve", "refuse", "withdraw"),
    "/can-bo/thong-bao/{broadcast_id:int}/{wanted:str}": ("submit", "approve", "refuse", "pause", "cancel", "test"),
    "/can-bo/doi-thoai/{dialogue_id:int}/{wanted:str}": ("submit", "approve", "publish", "cancel"),
    "/can-bo/de-cu/{nomination_id:int}/{wanted:str}": ("take", "forward", "approve", "refuse", "withdraw", "erase"),
}  # fmt: skip
"""The last part of addresses that do something."""

LISTS: Final = (
    "/can-bo?tt=all&thon={village}", "/can-bo?tt=all&tim={code}", "/can-bo/so-ho?thon={village}",
    "/can-bo/so-ho?tim={code}", "/can-bo/so-ho?tim=zz", "/can-bo/so-lieu?noi={commune}&tu=2023-01-01&den=2023-12-31",
    "/can-bo/nguoi?thon={village}", "/can-bo/nguoi?noi={commune}", "/can-bo/nhat-ky?noi={commune}",
    "/can-bo/nhat-ky?tu=2023-01-01",
    "/can-bo/quyen-loi-moi?thon={village}", "/can-bo/tin?noi={commune}", "/can-bo/hop-thu?noi={commune}&tt=all",
    "/can-bo/hop-thu?tim=zz", "/can-bo/hop-thu/dong?giay=0", "/can-bo/thong-bao/thong-ke?noi={commune}", "/tin?tim=zz",
    "/tin/tin-zz-xa-khac",
    "/tin/tin-zz-huyen-khac", "/doi-thoai/doi-thoai-zz-xa-khac", "/doi-thoai/doi-thoai-zz-huyen-khac",
    "/can-bo/thong-bao/moi?tin={news}", "/can-bo/thong-bao/moi?tu={broadcast}", "/can-bo/tin/moi?de_cu={nomination}",
)  # fmt: skip
"""Filters that name somebody else's area or things."""

WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "article": ("{code}", "emergency-aid"),
    "part": ("{code}:papers",),
    "group": ("{code}",),
    "menu": ("",),
    "start": ("",),
    "hidden": ("", "{code}"),
    "language": ("", "vi"),
    "commune": ("{commune}",),
    "office": ("", "{code}"),
    "notices": ("stop", "start"),
    "topic": ("{code}",),
    "topics": ("", "{code}"),
    "privacy": ("kept", "forget", "take", "confirmed"),
    "me": ("",),
    "role": ("", "{role}"),
    "link": ("", "off"),
    "invite": ("",),
    "staff": ("",),
    "unrole": ("{role}", "{role}:yes"),
    "handover": ("", "{role}"),
    "code": ("A2B3C4D5",),
    "desk": ("",),
    "aside": ("", "report"),
    "begin": (
        "eligibility", "news_search", "report", "invite", "nomination", "case_reply", "broadcast", "broadcast_reason",
        "case", "dialogue_question", "handover", "home_code", "link_home", "nomination_consent", "nomination_reason",
        "report_reason", "role_handover",
    ),
    "iv": ("back", "skip", "cancel", "aside", "again", "correct", "confirm", "resume",
           "resume:report", "a:{household}"),
    "elig": ("result", "card", "more", "all", "law", "papers", "other", "hand", "add", "exit", "send"),
    "found": (
        "", "home:{household}", "one:{household}:{finding}", "mark:{finding}:1:done", "mark:{finding}:0:done",
        "next:{household}", "after:{finding}",
    ),
    "home": ("", "see:{household}", "end:1", "end:1:yes", "end", "link"),
    "homecode": ("", "code", "{household}"),
    "report": (
        "mine", "mine:{report}", "another", "see:{report}", "same:{report}", "withdraw:{report}:1",
        "next:2026-11-23:1:{village}",
    ),
    "review": (
        "", "after:{report}", "overdue", "see:{report}", "take:{report}:1", "approve:{report}:1", "refuse:{report}:1",
        "return:{report}:1", "forward:{report}:1", "undo:{report}:1",
    ),
    "nominate": (
        "mine", "mine:{nomination}", "another", "see:{nomination}", "same:{nomination}", "withdraw:{nomination}:1",
    ),
    "nominations": (
        "", "after:{nomination}", "see:{nomination}", "take:{nomination}:1", "approve:{nomination}:1",
        "refuse:{nomination}:1", "forward:{nomination}:1", "overdue", "consent:{nomination}:1",
    ),
    "inbox": (
        "", "mine", "see:{case}", "take:{case}:1", "reply:{case}", "note:{case}", "next:{case}", "move:{case}",
        "move:{case}:commune:1", "close:{case}", "close:{case}:answered",
        "numbers:{case}", "assign:{case}", "assign:{case}:1:0", "saved:{case}", "saved:{case}:1", "article:{case}",
        "article:{case}:credit-poor",
    ),
    "case": ("status", "talk", "leave", "withdraw", "withdraw:yes", "new:wish:{code}", "new:urgent:"),
    "broadcast": ("", "new", "see:{broadcast}", "do:submit:{broadcast}:1", "do:approve:{broadcast}:1",
                  "do:cancel:{broadcast}:1", "do:test:{broadcast}:1"),
    "dialogues": ("", "see:{dialogue}", "ask:{dialogue}", "answers:{dialogue}:1", "answer:{dialogue}:{group}:1"),
    "rate": ("{code}:1", "yes", "no"),
    "news": ("list:all:1", "read:{news}:1:all", "find:", "find:zz"),
}  # fmt: skip
"""What a choice word can be asked for, filled in with foreign things: each way that the dialogs offer, and more."""

OPERATOR: Final = "whoever may log in on the server; nothing of people's data is shown"
WORDS_ONLY: Final = "whoever may log in on the server; public words and rules, no database"
CITIZEN: Final = "a citizen on the terminal: the same dialogs and the same refusals as everywhere"
NAMES: Final = "whoever may log in on the server; names of staff, or numbers, never the register"
AUDITED: Final = "whoever may log in on the server; what it does or hands out stands in the audit trail"
COPY: Final = "whoever may log in on the server; the whole database as it is stored, encrypted columns encrypted"
COMMANDS: Final[Mapping[str, str]] = {
    **dict.fromkeys(
        ("run", "web", "worker", "poll", "migrate", "doctor", "nightly", "reminders", "retention"), OPERATOR
    ),
    **dict.fromkeys(
        ("ask", "article", "eligibility", "facts", "benefits", "benefits show", "knowledge export"), WORDS_ONLY
    ),
    "chat": CITIZEN,
    **dict.fromkeys(("turns failed", "turns replay", "zalo status", "zalo consent", "zalo resume"), OPERATOR),
    **dict.fromkeys(("people list", "people areas", "people invitations", "figures", "overlooked"), NAMES),
    **dict.fromkeys(("invite", "people end", "people hand-over", "people revoke", "desk-link"), AUDITED),
    **dict.fromkeys(("import register", "import undo", "export register", "demo", "audit export"), AUDITED),
    "audit verify": OPERATOR,
    **dict.fromkeys(("keys rotate", "keys status", "keys retire"), OPERATOR),
    **dict.fromkeys(("backup", "restore"), COPY),
}
"""Who may use a command of `chungtay`; a command that hands out people's data or changes rights is AUDITED."""
