"""Modules that are loaded when they are first used: the spreadsheet and document libraries weigh 15 MB together, and a
server that only chats never needs them.
"""

from __future__ import annotations

import importlib
from typing import Any, Final


class Lazily:
    """Stands for a module of ours until somebody asks it for something."""

    def __init__(self, name: str) -> None:
        self._name: Final = name

    def __getattr__(self, attribute: str) -> Any:
        return getattr(importlib.import_module(self._name), attribute)
