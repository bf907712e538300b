"""The kinds of interviews: a module of this package with an `interview` is found by itself."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from handlers.interview import Interview


@cache
def discover() -> dict[str, Interview]:
    """The interviews of this package by kind."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    modules = (importlib.import_module(f"{__name__}.{name}") for name in names)
    return {module.interview.kind: module.interview for module in modules if hasattr(module, "interview")}
