"""Looks for new failures with random seeds: `python -m tests.fuzz.long --minutes 10 [--only WORD] [--postgres]`."""

from __future__ import annotations

import argparse
import logging
import sys
import time
import traceback
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from typing import Any, Final

import structlog
from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings

from tests.fuzz import all_targets
from tests.fuzz.benches import Benches
from tests.fuzz.target import Target

_AT_A_TIME: Final = 300
_ROUND_S: Final = 20.0
_SHRINK_S: Final = 15.0


def main(arguments: Sequence[str] | None = None) -> int:
    """How many targets have failed; each failure is printed with its smallest example and its seed."""
    reader = argparse.ArgumentParser(prog="python -m tests.fuzz.long", description=__doc__)
    reader.add_argument("--minutes", type=float, default=10.0, help="for all targets together")
    reader.add_argument("--only", default="", help="targets whose name holds this")
    reader.add_argument("--seed", type=int, default=time.time_ns() % 10**9, help="the first seed")
    reader.add_argument("--postgres", action="store_true", help="talks and webhooks over a PostgreSQL of their own")
    given_ = reader.parse_args(arguments)
    chosen = [target for target in all_targets() if given_.only in target.name]
    if not chosen:
        reader.error(f"no target is called {given_.only!r}")
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    failed: dict[str, str] = {}
    tried = dict.fromkeys((target.name for target in chosen), 0)
    with ExitStack() as stack:
        benches = stack.enter_context(Benches(thorough=True, postgres=given_.postgres))
        ends = time.monotonic() + given_.minutes * 60
        for begun in _rounds(ends):
            number = begun
            for target in chosen:
                if target.name in failed or time.monotonic() > ends:
                    continue
                until = min(ends, time.monotonic() + min(_ROUND_S, given_.minutes * 60 / len(chosen)))
                while time.monotonic() < until and target.name not in failed:
                    number += 1
                    wrong = _tried(target, benches, given_.seed + number, tried, until)
                    if wrong:
                        failed[target.name] = wrong
                        _say(f"FAILED {target.name} (seed {given_.seed + number})\n{wrong}\n")
    for name, count in tried.items():
        _say(f"{'failed' if name in failed else 'held':7} {count:8} examples  {name}")
    return len(failed)


def _rounds(ends: float) -> Iterator[int]:
    number = 0
    while time.monotonic() < ends:
        yield number * 1_000_000
        number += 1


class _Over(BaseException):
    """The time of this target is used up."""


def _tried(target: Target, benches: Benches, at: int, tried: dict[str, int], until: float) -> str:
    """What failed, as a traceback with the example; empty where everything held."""
    benches.ready(target)
    found: list[str] = []
    shrunk_until = [0.0]

    @seed(at)
    @settings(
        max_examples=_AT_A_TIME,
        derandomize=False,
        database=None,
        deadline=None,
        verbosity=Verbosity.normal,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
        print_blob=False,
    )
    @given(target.examples)
    def run(example: Any) -> None:
        if time.monotonic() > (shrunk_until[0] if found else until):
            raise _Over
        tried[target.name] += 1
        try:
            benches.check(target, example)
        except Exception as error:
            if not found:
                shrunk_until[0] = time.monotonic() + _SHRINK_S
            found[:] = [f"{''.join(traceback.format_exception(error, limit=-8))}\nexample = {example!r:.3000}"]
            raise

    try:
        run()
    except _Over:
        pass
    except Exception:  # whatever it is, it is what was looked for, and the smallest example was the last one
        return found[0] if found else traceback.format_exc(limit=-6)
    return found[0] if found else ""


def _say(line: str) -> None:
    sys.stdout.write(line.encode("utf-8", "backslashreplace").decode() + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
