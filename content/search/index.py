"""The numbers: a linear classifier (ridge, closed form) and the nearest samples, over the same features.

The ridge runs in a space of fixed width into which the features are folded by a seeded draw, so that training is one
small matrix equation and the whole index builds in a fraction of a second on every start, with nothing stored.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int32]

WIDTH: Final = 2048
PENALTY: Final = 0.6
_NEAREST: Final = 12
_SEED: Final = 20261124


@dataclass(frozen=True, slots=True)
class Scores:
    """How well each class fits: by the classifier, and by its nearest sample (0 to 1)."""

    linear: Floats
    nearest: Floats


class Index:
    """Built once from weighted features per sample and the class of each sample."""

    def __init__(self, samples: Sequence[dict[str, float]], labels: Sequence[int], weights: Sequence[float], classes: int) -> None:
        self._vocabulary: dict[str, int] = {}
        rows, columns, values = self._table(samples)
        self._rarity = _rarity(columns, len(self._vocabulary), len(samples))
        values = _unit(rows, values * self._rarity[columns], len(samples))
        draw = np.random.default_rng(_SEED)
        self._fold: Ints = draw.integers(0, WIDTH, len(self._vocabulary), dtype=np.int32)
        self._sign: Floats = draw.choice(np.array([-1.0, 1.0], np.float32), len(self._vocabulary))
        self._labels: Ints = np.asarray(labels, np.int32)
        self._classes: Final = classes
        self._weights = self._train(rows, columns, values, np.asarray(weights, np.float32))
        order = np.argsort(columns, kind="stable")
        self._postings: Ints = rows[order]
        self._values: Floats = values[order]
        self._starts = np.searchsorted(columns[order], np.arange(len(self._vocabulary) + 1)).tolist()

    def _table(self, samples: Sequence[dict[str, float]]) -> tuple[Ints, Ints, Floats]:
        vocabulary = self._vocabulary
        columns = [vocabulary.setdefault(name, len(vocabulary)) for sample in samples for name in sample]
        rows = np.repeat(np.arange(len(samples), dtype=np.int32), [len(sample) for sample in samples])
        values = np.fromiter((value for sample in samples for value in sample.values()), np.float32, len(columns))
        return rows, np.asarray(columns, np.int32), values

    def _train(self, rows: Ints, columns: Ints, values: Floats, weights: Floats) -> Floats:
        count = len(self._labels)
        flat = rows.astype(np.int64) * WIDTH + self._fold[columns]
        table = np.bincount(flat, values * self._sign[columns], count * WIDTH).astype(np.float32).reshape(count, WIDTH)
        targets = np.zeros((count, self._classes), np.float32)
        targets[np.arange(count), self._labels] = 1.0
        root = np.sqrt(weights)[:, None]
        table *= root
        gram = table.T @ table
        gram.flat[:: WIDTH + 1] += np.float32(PENALTY)
        solved: Floats = np.linalg.solve(gram, table.T @ (targets * root)).astype(np.float32)
        return solved

    def scores(self, text: dict[str, float]) -> Scores:
        """Score one text; features never seen count for nothing but make the text's other features weigh less."""
        known = [(index, value) for name, value in text.items() if (index := self._vocabulary.get(name)) is not None]
        if not known:
            empty = np.zeros(self._classes, np.float32)
            return Scores(empty, empty)
        columns = np.array([index for index, _ in known], np.int32)
        values = np.array([value for _, value in known], np.float32) * self._rarity[columns]
        values /= np.sqrt(np.dot(values, values))
        linear = (values * self._sign[columns]) @ self._weights[self._fold[columns]]
        return Scores(linear, self._nearest(columns, values))

    def _nearest(self, columns: Ints, values: Floats) -> Floats:
        spans = [(self._starts[column], self._starts[column + 1]) for column in columns.tolist()]
        rows = np.concatenate([self._postings[start:end] for start, end in spans])
        shares = np.concatenate([self._values[start:end] for start, end in spans])
        shares = shares * np.repeat(values, [end - start for start, end in spans])
        likeness = np.bincount(rows, shares, len(self._labels))
        best = np.argpartition(likeness, -_NEAREST)[-_NEAREST:] if len(likeness) > _NEAREST else np.arange(len(likeness))
        nearest = np.zeros(self._classes, np.float32)
        for row in best.tolist():
            label = self._labels[row]
            nearest[label] = max(nearest[label], likeness[row])
        return nearest


def _rarity(columns: Ints, features: int, samples: int) -> Floats:
    seen = np.bincount(columns, minlength=features)
    rarity: Floats = np.log((samples + 1) / (seen + 0.5)).astype(np.float32)
    return rarity


def _unit(rows: Ints, values: Floats, count: int) -> Floats:
    length = np.sqrt(np.bincount(rows, values * values, count))
    unit: Floats = (values / np.maximum(length, 1e-9)[rows]).astype(np.float32)
    return unit
