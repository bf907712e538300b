"""Counters, gauges and histograms, and their text as Prometheus reads it.

The official client library would cost 4.7 MB in every process, which has 150 MB in all; a test reads with that library
what is written here.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
_MOST_SERIES: Final = 1000
OTHER: Final = "other"
"""What a label's value is counted as once a family has too many: a flood of kinds must not fill the memory."""


Labels = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Sample:
    """One line: the suffix of its name, its labels, its value."""

    suffix: str
    labels: Labels
    value: float


@dataclass(frozen=True, slots=True)
class Family:
    """Everything of one name."""

    name: str
    about: str
    kind: Literal["counter", "gauge", "histogram"]
    samples: Sequence[Sample]


class Counter:
    """Only grows while the process lives."""

    def __init__(self, name: str, about: str, *labels: str) -> None:
        self.name: Final = name
        self.labels: Final = labels
        self._about: Final = about
        self._values: Final[dict[tuple[str, ...], float]] = {}

    def add(self, *labels: str, by: float = 1) -> None:
        """Count under these values of the labels, in their order."""
        if len(labels) != len(self.labels):
            raise ValueError(f"{self.name} has the labels {self.labels}")
        if labels not in self._values and len(self._values) >= _MOST_SERIES:
            labels = (OTHER,) * len(labels)
        self._values[labels] = self._values.get(labels, 0) + by

    def value(self, *labels: str) -> float:
        """What has been counted."""
        return self._values.get(labels, 0)

    def family(self) -> Family:
        samples = [Sample("", tuple(zip(self.labels, key, strict=True)), n) for key, n in self._values.items()]
        return Family(self.name, self._about, "counter", samples)


class Histogram:
    """How long something takes, in seconds."""

    def __init__(self, name: str, about: str, bounds: Sequence[float]) -> None:
        self.name: Final = name
        self._about: Final = about
        self._bounds: Final = tuple(bounds)
        self._counts: Final = [0] * (len(self._bounds) + 1)
        self._sum = 0.0

    def observe(self, seconds: float) -> None:
        self._counts[bisect_left(self._bounds, seconds)] += 1
        self._sum += seconds

    def family(self) -> Family:
        samples, so_far = [], 0
        for bound, count in zip((*map(str, self._bounds), "+Inf"), self._counts, strict=True):
            so_far += count
            samples.append(Sample("_bucket", (("le", bound),), so_far))
        samples += [Sample("_sum", (), self._sum), Sample("_count", (), so_far)]
        return Family(self.name, self._about, "histogram", samples)


def gauge(name: str, about: str, values: Mapping[Labels, float] | float) -> Family:
    """A figure as it is now; `values` by labels where it has some."""
    by_labels = values if isinstance(values, Mapping) else {(): values}
    return Family(name, about, "gauge", [Sample("", labels, value) for labels, value in by_labels.items()])


def render(families: Iterable[Family]) -> str:
    """The text format of Prometheus."""
    return "".join(line for family in families for line in _lines(family))


def _lines(family: Family) -> Iterator[str]:
    yield f"# HELP {family.name} {family.about}\n"
    yield f"# TYPE {family.name} {family.kind}\n"
    for sample in family.samples:
        labels = ",".join(f'{name}="{_escaped(value)}"' for name, value in sample.labels)
        said = f"{{{labels}}}" if labels else ""
        yield f"{family.name}{sample.suffix}{said} {sample.value!r}\n"


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')
