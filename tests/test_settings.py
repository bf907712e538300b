"""Settings: wrong values stop the start with one line, and the page in docs/ names them all."""

from __future__ import annotations

import re
from dataclasses import FrozenInstanceError, fields
from pathlib import Path

import pytest

from bot.settings import PREFIX, Settings, SettingsError, read

PAGE = Path(__file__).parent.parent / "docs" / "settings.md"
TOKEN = "123456:ABC-def_1"


def test_an_empty_environment_is_enough() -> None:
    """The first start needs no account and no configuration."""
    settings = read({"HOME": "/home/x", "PATH": "/bin"})
    assert settings == Settings()
    assert settings.database_url == "sqlite:///var/chungtay.db"
    assert settings.locality == "kim-bang-2023"
    assert (settings.host, settings.port) == ("127.0.0.1", 8080)
    assert settings.telegram_token == settings.public_url == settings.webhook_secret == settings.telegram_proxy == ""
    assert settings.telegram_api == "https://api.telegram.org"
    assert settings.log_level == "INFO"


@pytest.mark.parametrize(
    ("name", "value", "read_as"),
    [
        ("DATABASE_URL", "postgresql://me:pw@host:5433/name", "postgresql://me:pw@host:5433/name"),
        ("LOCALITY", "kim-bang-2026", "kim-bang-2026"),
        ("HOST", "0.0.0.0", "0.0.0.0"),
        ("PORT", " 80 ", 80),
        ("PORT", "65535", 65535),
        ("PUBLIC_URL", "https://chungtay.example/", "https://chungtay.example"),
        ("TELEGRAM_TOKEN", TOKEN, TOKEN),
        ("TELEGRAM_API", "http://localhost:8081/", "http://localhost:8081"),
        ("TELEGRAM_PROXY", "socks5://me:pw@host:1080", "socks5://me:pw@host:1080"),
        ("WEBHOOK_SECRET", "abcdefgh", "abcdefgh"),
        ("LOG_LEVEL", "warning", "WARNING"),
    ],
)
def test_a_good_value_is_read(name: str, value: str, read_as: object) -> None:
    """In its own type and one spelling."""
    assert getattr(read({PREFIX + name: value}), name.lower()) == read_as


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", ""),
        ("DATABASE_URL", "chungtay.db"),
        ("DATABASE_URL", "mysql://me:hidden@host/name"),
        ("DATABASE_URL", "postgresql://me:hid@den:word@host/name"),
        ("LOCALITY", ""),
        ("HOST", ""),
        ("HOST", "two words"),
        ("PORT", ""),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "-1"),
        ("PORT", "80.5"),
        ("PORT", "http"),
        ("PORT", "9" * 5000),
        ("PUBLIC_URL", "http://chungtay.example"),
        ("PUBLIC_URL", "chungtay.example"),
        ("PUBLIC_URL", "https://"),
        ("TELEGRAM_TOKEN", "hidden"),
        ("TELEGRAM_TOKEN", "123:hidden hidden"),
        ("TELEGRAM_API", ""),
        ("TELEGRAM_API", "api.telegram.org"),
        ("TELEGRAM_PROXY", "host:1080"),
        ("WEBHOOK_SECRET", "hidden"),
        ("WEBHOOK_SECRET", "hidden hidden"),
        ("WEBHOOK_SECRET", "x" * 257),
        ("LOG_LEVEL", "loud"),
    ],
)
def test_a_wrong_value_stops_with_one_line_that_names_the_setting(name: str, value: str) -> None:
    """The line says which, and repeats nothing that may be secret."""
    with pytest.raises(SettingsError) as wrong:
        read({PREFIX + name: value})
    line = str(wrong.value)
    assert line.startswith(f"{PREFIX}{name} ")
    assert "\n" not in line
    assert "hid" not in line
    assert len(line) < 300


def test_a_variable_that_is_no_setting_stops_the_start() -> None:
    """A mistyped name must not be passed over in silence."""
    with pytest.raises(SettingsError, match=f"{PREFIX}TELEGRAM_TOKE is no setting.*{PREFIX}TELEGRAM_TOKEN"):
        read({f"{PREFIX}TELEGRAM_TOKE": TOKEN})


def test_a_public_bot_needs_a_secret() -> None:
    """Without one anybody could post as Telegram."""
    public = {f"{PREFIX}TELEGRAM_TOKEN": TOKEN, f"{PREFIX}PUBLIC_URL": "https://chungtay.example"}
    with pytest.raises(SettingsError, match=f"^{PREFIX}WEBHOOK_SECRET "):
        read(public)
    assert read({**public, f"{PREFIX}WEBHOOK_SECRET": "abcdefgh"}).webhook_secret == "abcdefgh"


def test_settings_do_not_change_while_the_process_runs() -> None:
    """They are read once."""
    settings = Settings()
    with pytest.raises(FrozenInstanceError):
        settings.port = 1  # type: ignore[misc]  # the mistake under test


def test_there_are_few_settings() -> None:
    """Each one more is one more thing to get wrong; the limit is a decision (STYLE, pitfall 3)."""
    assert len(fields(Settings)) < 25


def test_the_page_about_settings_names_each_with_its_default() -> None:
    """One row per field, in the order of the code, with the same words; none that is gone."""
    rows = re.findall(r"^\| `(CHUNGTAY_\w+)` \| (.*?) \| (.*?) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    expected = [
        (
            PREFIX + one.name.upper(),
            f"`{one.default}`" if one.default != "" else "empty",
            one.metadata["about"] + (" (secret)" if one.metadata["secret"] else ""),
        )
        for one in fields(Settings)
    ]
    assert rows == expected
