"""What can be seen without the database: files, space, words."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from bot.doctor.findings import Finding, bad, good, warn
from bot.settings import PREFIX, Settings, SettingsError, key_file
from bot.words import knowledge
from content.errors import ContentError
from rules.errors import RulesError
from storage.database import parse_url
from storage.errors import StorageError
from storage.keys import Keys

_GIB: Final = 1024**3
_LITTLE: Final = 2 * _GIB
_TOO_LITTLE: Final = _GIB // 2
_SHORT_SECRET: Final = 16
_PROBE: Final = b"probe"


def look(settings: Settings) -> Iterator[Finding]:
    """Everything of this machine, cheapest first."""
    yield from _addresses(settings)
    yield _user()
    yield _keys(settings)
    yield from _files(settings)
    yield _space(settings)
    yield _words(settings)


def _addresses(settings: Settings) -> Iterator[Finding]:
    outside = settings.host not in ("127.0.0.1", "localhost", "::1")
    if settings.public_url:
        yield good("address", f"reached at {settings.public_url}, which is https")
    elif outside:
        yield warn(
            "address",
            f"listens on {settings.host} without a public address: people's messages would travel unencrypted",
            f"put a reverse proxy with https in front and set {PREFIX}PUBLIC_URL, or set {PREFIX}HOST to 127.0.0.1",
        )
    else:
        yield good("address", f"on this machine only ({settings.host}:{settings.port})")
    if settings.webhook_secret and len(settings.webhook_secret) < _SHORT_SECRET:
        yield warn(
            "webhook secret",
            f"has only {len(settings.webhook_secret)} characters",
            f"set {PREFIX}WEBHOOK_SECRET to 32 characters of chance and restart",
        )
    if not settings.metrics_listen:
        yield warn(
            "monitoring", "nobody can watch this process", f"set {PREFIX}METRICS_LISTEN, for example 127.0.0.1:9464"
        )


def _user() -> Finding:
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        return warn("user", "runs as root", "run it as a user of its own, as the units in deploy/systemd do")
    return good("user", "runs without root's rights")


def _keys(settings: Settings) -> Finding:
    file = key_file(settings)
    try:
        mode = stat.S_IMODE(file.stat().st_mode)
    except FileNotFoundError:
        return warn(
            "keys",
            f"there is no key file {file} yet",
            "the first start makes it; after a restore put the old one back before anything else",
        )
    except OSError as error:
        return bad("keys", f"{file} cannot be reached: {error.strerror}", "let the service's user into its folder")
    try:
        keys = Keys(file)
        count = len(keys.all())
        whole = keys.decrypt(keys.encrypt(_PROBE, "doctor"), "doctor") == _PROBE
    except StorageError as error:
        return bad("keys", str(error), "put the key file back from its own backup (docs/operations.md, Keys)")
    if not whole:
        return bad("keys", f"{file} does not decrypt what it encrypts", "put the key file back from its own backup")
    if mode & 0o077:
        return bad("keys", f"{file} may be read by others (mode {mode:03o})", f"chmod 600 {file}")
    return good("keys", f"{file}: {count} usable, readable by this user only")


def _files(settings: Settings) -> Iterator[Finding]:
    file = _database_file(settings)
    if file is None or not file.exists():
        return
    mode = stat.S_IMODE(file.stat().st_mode)
    if mode & 0o007:
        yield warn("database file", f"{file} may be read by everybody (mode {mode:03o})", f"chmod 640 {file}")
    if not os.access(file, os.W_OK):
        yield bad("database file", f"{file} cannot be written", "give it to the service's user")


def _space(settings: Settings) -> Finding:
    file = _database_file(settings)
    folder = _existing((file or key_file(settings)).absolute().parent)
    free = shutil.disk_usage(folder).free
    said = f"{free / _GIB:.1f} GiB free at {folder}"
    if free < _TOO_LITTLE:
        return bad("disk", said, "make room now: without space nothing can be stored and no message is taken")
    if free < _LITTLE:
        return warn("disk", said, "make room: delete old backups here, or enlarge the disk")
    return good("disk", said)


def _existing(folder: Path) -> Path:
    return next((each for each in (folder, *folder.parents) if each.exists()), Path("/"))


def _database_file(settings: Settings) -> Path | None:
    url = parse_url(settings.database_url)
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None


def _words(settings: Settings) -> Finding:
    try:
        known = knowledge(settings)
        known.load_assessor()
    except (SettingsError, ContentError, RulesError) as error:
        return bad("content", str(error), "mend the file that is named, or go back to the version before")
    return good(
        "content",
        f"{known.locality.about.title}: {len(known.library)} articles, {len(known.languages)} languages, rules loaded",
    )
