"""Logs: ids and names of events, never what people wrote. As lines to read or as JSON for a collector."""

from __future__ import annotations

import hashlib
import json
import logging
import sys
import traceback
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Final

import structlog

TEXT: Final = "text"
JSON: Final = "json"
FORMATS: Final = (TEXT, JSON)

# They write addresses with tokens in them.
_NOISY: Final = ("httpx", "aiogram", "aiohttp", "uvicorn.access", "sqlalchemy.engine")
_FRAMES: Final = 4
_LONGEST_EVENT: Final = 200


def configure(level: str, form: str = TEXT) -> None:
    """Set up our own log and those of the libraries; both write to standard output and error, nothing to files."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Guarded(form))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for noisy in _NOISY:
        logging.getLogger(noisy).setLevel(logging.WARNING)
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _renderer(form),
        ],
    )


def _renderer(form: str) -> Any:
    if form == JSON:
        return structlog.processors.JSONRenderer(ensure_ascii=False)
    return structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"])


def turn_id(channel: str, message_id: str) -> str:
    """What a turn is called in the log: the same each time, and no way back to who wrote."""
    return hashlib.sha256(f"{channel}:{message_id}".encode()).hexdigest()[:12]


def place(error: BaseException) -> str:
    """Where an error came from, without its message: that may hold what the person wrote."""
    frames = traceback.extract_tb(error.__traceback__)
    where = " < ".join(f"{frame.filename.rsplit('/', 2)[-1]}:{frame.lineno}" for frame in reversed(frames[-_FRAMES:]))
    return f"{type(error).__name__} at {where}"


class Guarded(logging.Formatter):
    """A library's record without what it fills in: values may be addresses with tokens, parameters, people's words.

    What stays is the text that stands in the library's source, and of an error its kind and place.
    """

    def __init__(self, form: str = TEXT) -> None:
        super().__init__()
        self._form: Final = form

    def format(self, record: logging.LogRecord) -> str:
        said: dict[str, str] = {
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat().replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "event": _event(record),
            "logger": record.name,
        }
        if record.exc_info and record.exc_info[1] is not None:
            said["failure"] = place(record.exc_info[1])
        if self._form == JSON:
            return json.dumps(said, ensure_ascii=False)
        return " ".join(f"{name}={value!r}" for name, value in said.items())


def _event(record: logging.LogRecord) -> str:
    said = str(record.msg)
    if isinstance(record.args, tuple) and record.args:
        # Numbers are harmless: a port, a count. Whatever else would be filled in is not said.
        with suppress(TypeError, ValueError):
            said %= tuple(each if isinstance(each, int | float) else "…" for each in record.args)
    first = said.strip().partition("\n")[0]
    if record.name.startswith("asyncio"):
        # asyncio fills in what ran, with its arguments, before it logs.
        first = first.partition(" <")[0].partition(" in callback")[0]
    return first[:_LONGEST_EVENT]
