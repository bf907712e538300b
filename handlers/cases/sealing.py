"""What people say in a case is ciphertext everywhere but on the screen of whoever may read it."""

from __future__ import annotations

from typing import Final

from storage.errors import StorageError
from storage.keys import Keys
from storage.turns import ChatKey

_TOLD: Final = "cases.told"


def seal(keys: Keys, case_id: int, text: str) -> str:
    """A text of a case, bound to it; nothing stays nothing."""
    return keys.encrypt(text.encode(), f"case_entries:{case_id}") if text else ""


def opened(keys: Keys, case_id: int, sealed: str) -> str:
    """The text again."""
    return keys.decrypt(sealed, f"case_entries:{case_id}").decode() if sealed else ""


def seal_name(keys: Keys, key: ChatKey, name: str) -> str:
    """What the person is called, bound to the chat."""
    return keys.encrypt(name.encode(), f"cases.person:{key[0]}:{key[1]}") if name else ""


def name_of(keys: Keys, key: ChatKey, sealed: str) -> str:
    return keys.decrypt(sealed, f"cases.person:{key[0]}:{key[1]}").decode() if sealed else ""


def seal_told(keys: Keys, text: str) -> str:
    """What was typed in an interview about a case, until it is sent: the conversation itself is stored in the clear."""
    return keys.encrypt(text.encode(), _TOLD)


def told(keys: Keys, sealed: object) -> str:
    """The same again; empty where it cannot be read any more."""
    try:
        return keys.decrypt(str(sealed), _TOLD).decode() if sealed else ""
    except StorageError:
        return ""


def masked(name: str) -> str:
    """A name as a list shows it: "N. V. Mẫu"."""
    words = name.split()
    return " ".join((*(f"{word[0]}." for word in words[:-1]), *words[-1:]))
