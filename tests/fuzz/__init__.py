"""Fuzzing: made-up input for everything that reads what people, platforms and files send.

The suite tries a few fixed examples of each target; `python -m tests.fuzz.long --minutes 10` looks for new ones. Both
find the targets by themselves: a module of this folder with `TARGETS`.
"""

from __future__ import annotations

import importlib
import pkgutil

from tests.fuzz.target import Target


def all_targets() -> list[Target]:
    """Everything that is fuzzed, by the modules of this folder."""
    names = sorted(one.name for one in pkgutil.iter_modules(__path__) if not one.name.startswith(("test_", "long")))
    modules = [importlib.import_module(f"{__name__}.{name}") for name in names]
    return [target for module in modules for target in getattr(module, "TARGETS", ())]
