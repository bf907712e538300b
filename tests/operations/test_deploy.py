"""What lies in deploy/ fits the product: its settings, its commands, its metrics, its files."""

from __future__ import annotations

import configparser
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy.pool import QueuePool

from bot.cli import cli
from bot.metrics import process, stored
from bot.metrics.families import Family, gauge
from bot.metrics.measures import Measures
from bot.settings import PREFIX, Settings, SettingsError, read
from storage.standing import Standing

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
_NAMES = {PREFIX + one.name.upper() for one in fields(Settings)}


def _unit(file: Path) -> dict[str, list[str]]:
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # names of units keep their capitals
    found: dict[str, list[str]] = {}
    for line in file.read_text("utf-8").splitlines():
        name, sign, value = line.partition("=")
        if sign and not line.startswith("#"):
            found.setdefault(name, []).append(value)
    parser.read_string(file.read_text("utf-8"))
    assert {"Unit", "Service", "Install"} >= set(parser.sections())
    return found


def _example() -> Iterator[tuple[str, str]]:
    for line in (DEPLOY / "chungtay.env.example").read_text("utf-8").splitlines():
        if match := re.fullmatch(r"(?:# )?([A-Z][A-Z_]+)=(.*)", line):
            yield match[1], match[2]


def test_the_example_environment_names_every_setting_and_no_other() -> None:
    """But the address of a test server, which no office needs."""
    names = {name for name, _ in _example()}
    assert names - {"POSTGRES_PASSWORD"} <= _NAMES
    assert _NAMES - names <= {f"{PREFIX}ZALO_API"}, "settings that deploy/chungtay.env.example does not show"


def test_the_example_environment_can_be_used_as_it_is() -> None:
    """What is not commented out is a start; what is, has a form that its setting takes."""
    lines = (DEPLOY / "chungtay.env.example").read_text("utf-8").splitlines()
    settled = dict(line.split("=", 1) for line in lines if line.startswith(PREFIX))
    assert read(settled).public_url == "https://chungtay.example"
    for name, value in _example():
        if value and name.startswith(PREFIX):
            try:
                read({name: value})
            except SettingsError as error:
                assert not str(error).startswith(f"{name} "), str(error)


@pytest.mark.parametrize("unit", UNITS, ids=lambda file: file.name)
def test_a_unit_starts_a_command_that_there_is_with_settings_that_there_are(unit: Path) -> None:
    """And waits for the migrations where it needs the schema."""
    said = _unit(unit)
    (start,) = said["ExecStart"]
    program, command, *_ = start.split()
    assert program == "/opt/chungtay/bin/chungtay"
    assert command in cli.list_commands(None)  # type: ignore[attr-defined,arg-type]  # our own group needs no context
    for line in said.get("Environment", []):
        name, value = line.split("=", 1)
        assert name in _NAMES
        read({name: value})
    if command in ("web", "worker", "run"):
        assert "chungtay-migrate.service" in said["Requires"][0]
        assert "chungtay-migrate.service" in said["After"][0]


@pytest.mark.parametrize("unit", UNITS, ids=lambda file: file.name)
def test_a_unit_is_shut_in(unit: Path) -> None:
    """A user of its own, nothing to write but its own folder, no new rights."""
    said = {name: values[-1] for name, values in _unit(unit).items()}
    assert said["User"] == "chungtay"
    assert said["ProtectSystem"] == "strict"
    assert said["CapabilityBoundingSet"] == ""
    assert said["UMask"] == "0077"
    for name in ("NoNewPrivileges", "ProtectHome", "PrivateTmp", "PrivateDevices", "MemoryDenyWriteExecute"):
        assert said[name] == "true", name


def test_processes_on_one_machine_have_addresses_of_their_own() -> None:
    """Else the second would not start; and Prometheus asks exactly these."""
    listening = {
        unit.name: line.partition("=")[2]
        for unit in UNITS
        for line in _unit(unit).get("Environment", [])
        if line.startswith(f"{PREFIX}METRICS_LISTEN=")
    }
    together = [address for name, address in listening.items() if name != "chungtay.service"]
    assert len(set(together)) == len(together) == 2
    (job,) = yaml.safe_load((DEPLOY / "prometheus" / "prometheus.yaml").read_text("utf-8"))["scrape_configs"]
    assert sorted(target for one in job["static_configs"] for target in one["targets"]) == sorted(together)


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd here")
def test_systemd_takes_the_units(tmp_path: Path) -> None:
    """As its own checker reads them, with a program and a user that this machine has."""
    for file in (DEPLOY / "systemd").iterdir():
        said = file.read_text("utf-8").replace("/opt/chungtay/bin/chungtay", "/bin/true")
        said = re.sub(r"^EnvironmentFile=.*\n", "", said, flags=re.MULTILINE)
        said = re.sub(r"^(User|Group)=.*\n", "", said, flags=re.MULTILINE)
        (tmp_path / file.name).write_text(said, "utf-8")
    names = sorted(str(file) for file in tmp_path.iterdir())
    command = ["systemd-analyze", "verify", *names]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    ours = [line for line in done.stderr.splitlines() if "chungtay" in line]
    assert (done.returncode, ours) == (0, []), done.stderr


def test_the_containers_fit_together() -> None:
    """Commands that there are, migrations first, the worker and the web server apart, nothing open to the network."""
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
    services = compose["services"]
    assert set(services) == {"database", "migrate", "web", "worker", "backup"}
    for name, service in services.items():
        if name == "database":
            continue
        assert service["command"][0] in cli.list_commands(None)  # type: ignore[attr-defined,arg-type]  # as above
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert set(service["environment"]) <= _NAMES
    for name in ("web", "worker"):
        assert services[name]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"
    assert services["web"]["ports"] == ["127.0.0.1:8080:8080"]
    assert all("ports" not in service for name, service in services.items() if name != "web")


def test_the_image_is_built_from_locked_packages_for_a_user_without_rights() -> None:
    """Every folder of ours is in it, no registry but the base image's plain name, and it knows its health."""
    said = (DEPLOY / "Containerfile").read_text("utf-8")
    lines = [line.split() for line in said.splitlines()]
    assert {line[1] for line in lines if line[:1] == ["FROM"]} == {"python:3.11-slim-bookworm"}
    assert "--require-hashes -r requirements/run.txt" in said
    copied = {path for line in lines if line[:1] == ["COPY"] and line[1][:2] != "--" for path in line[1:-1]}
    assert copied >= {"bot", "handlers", "rules", "content", "storage", "desk", "pyproject.toml", "LICENSE"}
    for path in copied - {"README.md", "LICENSE"}:
        assert (ROOT / path).exists(), path
    users = [line[1] for line in lines if line[:1] == ["USER"]]
    assert users == ["10001:10001"]
    assert "HEALTHCHECK" in said
    named = set(re.findall(rf"{PREFIX}[A-Z_]+", said))
    assert named <= _NAMES
    allowed = {line[1:] for line in (DEPLOY / "containerignore").read_text("utf-8").splitlines() if line[:1] == "!"}
    assert copied <= allowed


def test_the_proxies_pass_on_what_the_product_needs() -> None:
    """The name for forms, the upgrade for the chat's socket, room for uploads; one-time links are not written down."""
    nginx = (DEPLOY / "proxy" / "nginx.conf").read_text("utf-8")
    for needed in (
        "proxy_set_header Host $host;",
        "proxy_set_header Upgrade $http_upgrade;",
        "X-Request-Id $request_id",
        "client_max_body_size",
        "access_log off;",
        "ssl_protocols TLSv1.2 TLSv1.3;",
        "location /webhooks/",
    ):
        assert needed in nginx, needed
    assert "limit_req" not in nginx.partition("location /webhooks/")[2].partition("}")[0]
    caddy = (DEPLOY / "proxy" / "Caddyfile").read_text("utf-8")
    assert "reverse_proxy 127.0.0.1:8080" in caddy and "max_size" in caddy
    assert "Browser Integrity Check" in nginx and "Browser Integrity Check" in caddy


def _families() -> list[Family]:
    pool: Any = QueuePool(lambda: None)  # type: ignore[arg-type,return-value]  # never connects
    return [
        *Measures().families(),
        *process.families(pool, "0", "0", "x"),
        gauge("chungtay_database_up", "", 1.0),
        *stored.families(Standing(), datetime(2026, 11, 24, tzinfo=UTC)),
    ]


def _series() -> set[str]:
    """Every name that a query may ask for."""
    found = set()
    for family in _families():
        if family.kind == "histogram":
            found |= {f"{family.name}_{suffix}" for suffix in ("bucket", "sum", "count")}
        else:
            found.add(family.name)
    return found


def _asked(queries: list[str]) -> set[str]:
    return set(re.findall(r"\b(?:chungtay|process)_[a-z_]+\b(?!\")", "\n".join(queries)))


def test_the_board_shows_metrics_that_there_are_and_forgets_none() -> None:
    """A renamed metric would leave an empty panel that looks like silence."""
    board = json.loads((DEPLOY / "grafana" / "chungtay.json").read_text("utf-8"))
    queries = [target["expr"] for panel in board["panels"] for target in panel.get("targets", [])]
    assert len(queries) > 20
    asked = _asked(queries)
    assert asked <= _series(), f"on the board, but not told: {sorted(asked - _series())}"
    shown = {name.removesuffix("_bucket") for name in asked}
    forgotten = {family.name for family in _families()} - shown
    assert not forgotten, f"told, but on no board: {sorted(forgotten)}"
    assert len({panel["id"] for panel in board["panels"]}) == len(board["panels"])


def test_the_alerts_ask_for_metrics_that_there_are() -> None:
    """And each leads to a page."""
    groups = yaml.safe_load((DEPLOY / "prometheus" / "alerts.yaml").read_text("utf-8"))["groups"]
    rules = [rule for group in groups for rule in group["rules"]]
    assert len(rules) >= 7
    assert _asked([rule["expr"] for rule in rules]) <= _series()
    assert all((ROOT / rule["annotations"]["page"]).exists() for rule in rules)


def test_labels_are_those_that_the_board_and_the_alerts_ask_for() -> None:
    """`priority="answer"`, `outcome="failed"`, `job="backup"` are words of ours."""
    said = (DEPLOY / "grafana" / "chungtay.json").read_text("utf-8").replace('\\"', '"')
    said += (DEPLOY / "prometheus" / "alerts.yaml").read_text("utf-8")
    asked = set(re.findall(r'(priority|outcome|job)="(\w+)"', said))
    assert asked <= {("priority", "answer"), ("outcome", "failed"), ("job", "backup"), ("job", "chungtay")}
    assert "answer" in stored.PRIORITIES.values()
