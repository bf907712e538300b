"""Figures of this process: memory, processor, files, the database's connections, version."""

from __future__ import annotations

import os
from pathlib import Path

from sqlalchemy.pool import Pool, QueuePool

from bot.metrics.families import Family, Labels, Sample, gauge
from bot.metrics.measures import PREFIX

_PROC = Path("/proc/self")


def families(pool: Pool, version: str, schema: str, locality: str) -> list[Family]:
    """What can be read here; where there is no /proc, fewer."""
    about = (("locality", locality), ("schema", schema), ("version", version))
    return [
        *_system(_PROC),
        *_pool(pool),
        gauge(f"{PREFIX}build_info", "Always 1; the labels say what runs", {about: 1}),
    ]


def _system(proc: Path) -> list[Family]:
    times = os.times()
    found = [
        Family(
            "process_cpu_seconds_total", "Processor time used", "counter", [Sample("", (), times.user + times.system)]
        )
    ]
    try:
        resident = int((proc / "statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
        files = sum(1 for _ in (proc / "fd").iterdir())
    except OSError:  # another system
        return found
    return [
        *found,
        gauge("process_resident_memory_bytes", "Memory in use", float(resident)),
        gauge("process_open_fds", "Open files and connections", float(files)),
    ]


def _pool(pool: Pool) -> list[Family]:
    if not isinstance(pool, QueuePool):
        return []
    connections: dict[Labels, float] = {
        (("state", "in_use"),): float(pool.checkedout()),
        (("state", "idle"),): float(pool.checkedin()),
    }
    return [
        gauge(f"{PREFIX}database_connections", "Connections of this process to the database", connections),
        gauge(f"{PREFIX}database_connections_most", "How many it may have at rest", float(pool.size())),
    ]
