"""The numbers: a linear classifier (ridge, closed form), the nearest samples, naive Bayes, over the same features.

The ridge runs in a space of fixed width into which the features are folded by a seeded draw, so that training is one
small matrix equation and the whole index builds in a fraction of a second on every start, with nothing stored.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import count, pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Halves = npt.NDArray[np.float16]
Ints = npt.NDArray[np.int32]

WIDTH: Final = 768
PENALTY: Final = 0.8
# Rows folded at a time, to keep the memory small.
_BATCH: Final = 512
_SEEN_AT_LEAST: Final = 2
_NEAREST: Final = 12
_SMOOTHING: Final = 0.02
_SEED: Final = 20261124


@dataclass(frozen=True, slots=True)
class Scores:
    """How well each class fits: by the classifier, its nearest sample (0 to 1), the mean evidence of the features.

    Evidence is weighed among the rivals only; it is 0 for every other class.
    """

    linear: Floats
    nearest: Floats
    evidence: Floats


class Index:
    """Built once from weighted features per sample and the class of each sample.

    Args:
        samples: the features of each sample.
        labels: the class of each sample, from 0 to `classes` - 1.
        weights: how much each sample counts in training.
        classes: how many classes there are.
        rivals: the classes that naive Bayes weighs against each other.
    """

    def __init__(
        self,
        samples: Iterable[dict[str, float]],
        labels: Sequence[int],
        weights: Sequence[float],
        classes: int,
        rivals: Sequence[int],
    ) -> None:
        self._vocabulary: dict[str, int] = {}
        rows, columns, values = self._table(samples)
        self._rarity = _rarity(columns, len(self._vocabulary), len(labels))
        values = _unit(rows, values * self._rarity[columns], len(labels))
        draw = np.random.default_rng(_SEED)
        self._fold: Ints = draw.integers(0, WIDTH, len(self._vocabulary), dtype=np.int32)
        self._sign: Floats = draw.choice(np.array([-1.0, 1.0], np.float32), len(self._vocabulary))
        self._labels: Ints = np.asarray(labels, np.int32)
        self._classes: Final = classes
        self._rivals: Ints = np.asarray(rivals, np.int32)
        self._evidence = self._weigh(rows, columns)
        # What only one sample has teaches the classifier nothing and would crowd the fold.
        self._sign[np.bincount(columns, minlength=len(self._vocabulary)) < _SEEN_AT_LEAST] = 0.0
        self._weights = self._train(rows, columns, values, np.asarray(weights, np.float32))
        order = np.argsort(columns, kind="stable")
        self._postings: Ints = rows[order]
        self._values: Floats = values[order]
        bounds = np.cumsum(np.bincount(columns, minlength=len(self._vocabulary)))
        self._starts: Ints = np.concatenate([[0], bounds]).astype(np.int32)

    def _table(self, samples: Iterable[dict[str, float]]) -> tuple[Ints, Ints, Floats]:
        vocabulary: defaultdict[str, int] = defaultdict(count().__next__)
        columns, values, sizes = array("i"), array("f"), array("i")
        for sample in samples:
            columns.extend(map(vocabulary.__getitem__, sample))
            values.extend(sample.values())
            sizes.append(len(sample))
        self._vocabulary = dict(vocabulary)
        rows = np.repeat(np.arange(len(sizes), dtype=np.int32), np.asarray(sizes, np.int32))
        return rows, np.asarray(columns, np.int32), np.asarray(values, np.float32)

    def _train(self, rows: Ints, columns: Ints, values: Floats, weights: Floats) -> Floats:
        gram = np.zeros((WIDTH, WIDTH), np.float32)
        aims = np.zeros((WIDTH, self._classes), np.float32)
        folded, signed = self._fold[columns].astype(np.int64), values * self._sign[columns]
        bounds = np.searchsorted(rows, np.arange(0, len(self._labels) + _BATCH, _BATCH))
        for batch, (start, end) in enumerate(pairwise(bounds.tolist())):
            labels = self._labels[batch * _BATCH : (batch + 1) * _BATCH]
            flat = (rows[start:end] - batch * _BATCH) * np.int64(WIDTH) + folded[start:end]
            table = np.bincount(flat, signed[start:end], len(labels) * WIDTH).astype(np.float32).reshape(-1, WIDTH)
            targets = np.zeros((len(labels), self._classes), np.float32)
            targets[np.arange(len(labels)), labels] = 1.0
            root = np.sqrt(weights[batch * _BATCH : (batch + 1) * _BATCH])[:, None]
            table *= root
            gram += table.T @ table
            aims += table.T @ (targets * root)
        gram.flat[:: WIDTH + 1] += np.float32(PENALTY)
        solved: Floats = np.linalg.solve(gram, aims)
        return solved

    def _weigh(self, rows: Ints, columns: Ints) -> Halves:
        """Per feature and rival class: the log of how much likelier the feature is there than in the other rivals."""
        place = np.full(self._classes, -1, np.int64)
        place[self._rivals] = np.arange(len(self._rivals))
        classes = place[self._labels[rows]]
        kept = classes >= 0
        size = len(self._vocabulary), len(self._rivals)
        seen = (
            np.bincount(columns[kept] * size[1] + classes[kept], minlength=size[0] * size[1])
            .astype(np.float32)
            .reshape(size)
        )
        total = seen.sum(axis=0)
        elsewhere = seen.sum(axis=1, keepdims=True) - seen
        inside = np.log(seen + _SMOOTHING) - np.log(np.maximum(total, 1))
        outside = np.log(elsewhere + _SMOOTHING) - np.log(np.maximum(total.sum() - total, 1))
        evidence: Halves = (inside - outside).astype(np.float16)
        evidence[seen.sum(axis=1) == 0] = 0.0
        return evidence

    def names_of(self, features: set[str]) -> frozenset[str]:
        """The same features as the very strings that the index keeps, so that no text is held twice."""
        return frozenset(name for name in self._vocabulary if name in features)

    def scores(self, text: dict[str, float]) -> Scores:
        """Score one text; a feature that no sample has counts for nothing."""
        known = [(index, value) for name, value in text.items() if (index := self._vocabulary.get(name)) is not None]
        if not known:
            empty: Floats = np.zeros(self._classes, np.float32)
            return Scores(empty, empty, empty)
        columns = np.array([index for index, _ in known], np.int32)
        values = np.array([value for _, value in known], np.float32) * self._rarity[columns]
        values /= np.sqrt(np.dot(values, values))
        linear: Floats = ((values * self._sign[columns]) @ self._weights[self._fold[columns]]).astype(np.float32)
        evidence: Floats = np.zeros(self._classes, np.float32)
        evidence[self._rivals] = self._evidence[columns].mean(axis=0, dtype=np.float32)
        return Scores(linear, self._nearest(columns, values), evidence)

    def _nearest(self, columns: Ints, values: Floats) -> Floats:
        spans = list(zip(self._starts[columns].tolist(), self._starts[columns + 1].tolist(), strict=True))
        rows = np.concatenate([self._postings[start:end] for start, end in spans])
        shares = np.concatenate([self._values[start:end] for start, end in spans])
        shares = shares * np.repeat(values, [end - start for start, end in spans])
        likeness = np.bincount(rows, shares, len(self._labels))
        best = (
            np.argpartition(likeness, -_NEAREST)[-_NEAREST:] if len(likeness) > _NEAREST else np.arange(len(likeness))
        )
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
