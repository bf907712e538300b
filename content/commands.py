"""What a person types to get something done at once: `menu`, `dừng`, `xóa dữ liệu`."""

from __future__ import annotations

from content.errors import ContentError
from content.files import FOLDER, read_as
from content.text import plain


def load() -> dict[str, str]:
    """Choice id by the plain form of the words.

    Raises:
        ContentError: the same words stand for two things.
    """
    file = FOLDER / "commands.yaml"
    commands: dict[str, str] = {}
    for choice_id, phrases in read_as(file, dict[str, tuple[str, ...]]).items():
        for phrase in phrases:
            said = plain(phrase)
            if commands.setdefault(said, choice_id) != choice_id:
                raise ContentError(f"{phrase!r} stands for {commands[said]!r} and {choice_id!r}", file=file)
    return commands
