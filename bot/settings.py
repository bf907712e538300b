"""Every setting of the product: read once from the environment, checked at start, then frozen."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Final

from storage.database import parse_url
from storage.errors import StorageError
from storage.retention import periods

PREFIX: Final = "CHUNGTAY_"


class SettingsError(Exception):
    """A setting that cannot be used: one line naming it, what it is, and what it should be."""


def _needed(value: str) -> str:
    if not value or " " in value:
        raise ValueError("must not be empty nor hold blanks")  # an empty host would listen on every address
    return value


def _proxy(value: str) -> str:
    if value and not re.fullmatch(r"(socks5|socks4|http|https)://[^\s]+", value):
        raise ValueError("is no proxy address; expected socks5://host:port or http://host:port")
    return value


def _port(value: str) -> int:
    if not value.isdecimal() or not 0 < int(value) < 65536:
        raise ValueError("is no port; expected a number from 1 to 65535")
    return int(value)


def _database(value: str) -> str:
    try:
        parse_url(value)
    except StorageError as error:
        raise ValueError(str(error)) from error
    return value


def _token(value: str) -> str:
    if value and not re.fullmatch(r"\d+:[A-Za-z0-9_-]+", value):
        raise ValueError("is no Telegram bot token; expected digits, a colon and a key, as BotFather gives it")
    return value


def _zalo_token(value: str) -> str:
    if value and not re.fullmatch(r"\d+:[^\s/:]+", value):
        raise ValueError("is no Zalo bot token; expected digits, a colon and a key, as Zalo Bot Manager sends it")
    return value


def _app_id(value: str) -> str:
    if value and not re.fullmatch(r"\d{1,32}", value):
        raise ValueError("is no id of a Zalo application; expected digits only")
    return value


def _count(value: str) -> int:
    if not value.isdecimal() or not 0 < int(value) < 10**9:
        raise ValueError("is no number of messages or people; expected 1 or more")
    return int(value)


def _hours(value: str) -> str:
    if value != "off" and not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d", value):
        raise ValueError("are no hours; expected HH:MM-HH:MM, or off")
    return value


def _secret(value: str) -> str:
    # The alphabet and length that suit both Telegram and Zalo.
    if value and not re.fullmatch(r"[A-Za-z0-9_-]{8,256}", value):
        raise ValueError("must have 8 to 256 characters of A-Z a-z 0-9 _ -")
    return value


def _public_url(value: str) -> str:
    if value and not re.fullmatch(r"https://[^/\s]+(/[^\s]*)?", value):
        raise ValueError("must be the public address of this server, beginning with https://")
    return value.rstrip("/")


def _root(value: str) -> str:
    if not re.fullmatch(r"https?://[^\s]+", value):
        raise ValueError("must begin with http:// or https://")
    return value.rstrip("/")


def _retention(value: str) -> str:
    periods(value)
    return value


def _level(value: str) -> str:
    if value.upper() not in ("DEBUG", "INFO", "WARNING", "ERROR"):
        raise ValueError("must be DEBUG, INFO, WARNING or ERROR")
    return value.upper()


def _log_format(value: str) -> str:
    if value not in ("text", "json"):
        raise ValueError("must be text or json")
    return value


def _listen(value: str) -> str:
    host, _, port = value.rpartition(":")
    if value and not (re.fullmatch(r"[A-Za-z0-9.-]+|\[[0-9a-fA-F:]+\]", host) and port.isdecimal()):
        raise ValueError("is no address to listen on; expected host:port, for example 127.0.0.1:9464")
    if value:
        _port(port)
    return value


def _setting(default: str, read: Callable[[str], Any], about: str, *, secret: bool = False) -> Any:
    return field(default=read(default), metadata={"read": read, "about": about, "secret": secret})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings; the environment variable of each is its name in capitals after `CHUNGTAY_`."""

    database_url: str = _setting(
        "sqlite:///var/chungtay.db",
        _database,
        "Database: sqlite:///file or postgresql://user:password@host/name",
        secret=True,
    )
    key_file: str = _setting(
        "",
        str,
        "File with the keys of encrypted columns and codes; empty: keys.json beside the SQLite file, or in var/",
    )
    locality: str = _setting("kim-bang-2023", _needed, "Folder below content/localities: who is who in this place")
    host: str = _setting("127.0.0.1", _needed, "Address the web server listens on")
    port: int = _setting("8080", _port, "Port the web server listens on")
    public_url: str = _setting(
        "", _public_url, "Public https address; set, Telegram and Zalo Bot come by webhook instead of polling"
    )
    telegram_token: str = _setting("", _token, "Token of the Telegram bot; empty: no Telegram", secret=True)
    telegram_api: str = _setting(
        "https://api.telegram.org", _root, "Root of the Telegram Bot API, for an own API server"
    )
    telegram_proxy: str = _setting(
        "", _proxy, "Outbound proxy for Telegram (socks5://… or http://…), as needed in Viet Nam"
    )
    zalo_bot_token: str = _setting("", _zalo_token, "Token of the Zalo bot; empty: no Zalo Bot", secret=True)
    zalo_bot_quota: int = _setting(
        "3000", _count, "Messages a month that the Zalo bot's plan allows (free plan, as published in August 2026)"
    )
    zalo_oa_app_id: str = _setting("", _app_id, "Id of the Zalo application of the Official Account; empty: no Zalo OA")
    zalo_oa_app_secret: str = _setting("", str, "Secret key of the Zalo application, for renewing tokens", secret=True)
    zalo_oa_secret_key: str = _setting(
        "", str, "Secret key of the Official Account, for checking the webhook's signature", secret=True
    )
    zalo_api: str = _setting(
        "",
        lambda value: _root(value) if value else "",
        "Root of all Zalo APIs, for an own test server; empty: Zalo's own addresses",
    )
    webhook_secret: str = _setting(
        "", _secret, "Secret that webhooks must carry; needed with a public address", secret=True
    )
    retention: str = _setting(
        "", _retention, "Days that things are kept, as name=days,…; the names and defaults stand in docs/privacy.md"
    )
    broadcast_quiet: str = _setting(
        "21:00-07:00",
        _hours,
        "Hours in Viet Nam in which no announcement begins, disaster warnings excepted; off: none",
    )
    broadcast_weekly_most: int = _setting(
        "3", _count, "Announcements of one topic that a person gets within seven days"
    )
    broadcast_approval_above: int = _setting(
        "500", _count, "An announcement to more people than this needs a second person's approval"
    )
    log_level: str = _setting("INFO", _level, "DEBUG, INFO, WARNING or ERROR")
    log_format: str = _setting("text", _log_format, "text: lines to read; json: one object a line for a log collector")
    metrics_listen: str = _setting(
        "", _listen, "host:port on which each process answers /metrics and /health for monitoring; empty: nowhere"
    )
    metrics_token: str = _setting(
        "",
        _secret,
        "Token that Prometheus must carry; needed where that address is not the machine's own",
        secret=True,
    )


def key_file(settings: Settings) -> Path:
    """Where the keys are kept."""
    if settings.key_file:
        return Path(settings.key_file)
    url = parse_url(settings.database_url)
    folder = Path(url.database).parent if url.get_backend_name() == "sqlite" and url.database else Path("var")
    return folder / "keys.json"


def read(environment: Mapping[str, str]) -> Settings:
    """The settings of an environment.

    Raises:
        SettingsError: a value that cannot be used, a variable that is no setting, or a combination that cannot work.
    """
    known = {PREFIX + one.name.upper(): one for one in fields(Settings)}
    for name in environment:
        if name.startswith(PREFIX) and name not in known:
            raise SettingsError(f"{name} is no setting; known: {', '.join(sorted(known))}")
    values: dict[str, Any] = {}
    for name, one in known.items():
        if name in environment:
            try:
                values[one.name] = one.metadata["read"](environment[name].strip())
            except ValueError as error:
                raise SettingsError(f"{name} {error}") from error
    settings = Settings(**values)
    if settings.telegram_token and settings.public_url and not settings.webhook_secret:
        raise SettingsError(
            f"{PREFIX}WEBHOOK_SECRET must be set when {PREFIX}PUBLIC_URL is, or anybody could post as Telegram"
        )
    _check_zalo(settings)
    if settings.metrics_listen and not settings.metrics_token and not _is_loopback(settings.metrics_listen):
        raise SettingsError(
            f"{PREFIX}METRICS_TOKEN must be set when {PREFIX}METRICS_LISTEN is not 127.0.0.1, ::1 or localhost"
        )
    return settings


def metrics_address(listen: str) -> tuple[str, int]:
    """Host and port of `metrics_listen`."""
    host, _, port = listen.rpartition(":")
    return host.strip("[]"), int(port)


def _is_loopback(listen: str) -> bool:
    host, _ = metrics_address(listen)
    return host in ("localhost", "::1") or bool(re.fullmatch(r"127(\.\d{1,3}){3}", host))


def _check_zalo(settings: Settings) -> None:
    if settings.zalo_bot_token and settings.public_url and not settings.webhook_secret:
        raise SettingsError(
            f"{PREFIX}WEBHOOK_SECRET must be set when {PREFIX}PUBLIC_URL is, or anybody could post as Zalo"
        )
    if settings.zalo_oa_app_id:
        missing = [
            f"{PREFIX}{name.upper()}"
            for name in ("zalo_oa_app_secret", "zalo_oa_secret_key", "public_url")
            if not getattr(settings, name)
        ]
        if missing:
            raise SettingsError(f"{PREFIX}ZALO_OA_APP_ID is set, so these must be set too: {', '.join(missing)}")
