"""From a message to a finding: score the message and its sentences, then decide what kind of answer it needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import numpy as np

from content.search.features import features
from content.search.finding import CANDIDATES_AT_MOST, Candidate, Finding, Kind
from content.search.followup import FollowUps
from content.search.index import Floats, Index
from content.search.period import named_period
from content.search.pieces import Piece, pieces, shortened
from content.search.spelling import Speller, Word
from content.search.urgency import alarm, is_figurative, is_now

# Measured on tests/evaluation/questions.jsonl, see docs/decisions/0002-search.md.
NEAREST_WEIGHT: Final = 1.0
MARGIN: Final = {"handoff": 0.0, "urgent": 0.0, "smalltalk": 0.0}
UNSURE: Final = 0.45
NO_IDEA: Final = 0.25
_CLOSE: Final = 0.04
_ALSO: Final = 0.75
_WHOLE: Final = 0.6
_STATEMENT: Final = 0.75
_PAST_URGENT: Final = 0.5
_ALSO_AT_MOST: Final = 2
_SMALLTALK_WORDS_AT_MOST: Final = 12


@dataclass(frozen=True, slots=True)
class _Read:
    """A text in plain words and its score per class."""

    text: list[Word]
    words: list[str]
    scores: Floats


class Search:
    """Finds the article, or the kind of answer, that a message asks for."""

    def __init__(self, index: Index, labels: Sequence[str], speller: Speller, followups: FollowUps) -> None:
        self._index: Final = index
        self._labels: Final = tuple(labels)
        self._speller: Final = speller
        self._followups: Final = followups
        kinds = [label.partition(":")[0] if ":" in label else "article" for label in labels]
        self._of_kind = {kind: np.flatnonzero(np.array([k == kind for k in kinds])) for kind in ("article", "handoff", "urgent", "smalltalk")}

    def find(self, text: str, *, today: date, topic: str | None = None) -> Finding:
        """What the message asks for; never raises, whatever the text.

        Args:
            text: as typed.
            today: what "năm ngoái" is counted from.
            topic: the article of the last answer, which a follow-up keeps.
        """
        short = shortened(text)
        whole = self._read(short)
        if not any(word.isalnum() for word in whole.words):
            return Finding("handoff", None, (), subject="unclear")
        finding = self._decide(short, whole)
        part = self._followups.part(whole.words)
        period = named_period(short, today)
        if self._followups.is_bare(whole.words) and finding.kind != "smalltalk":
            return self._follow(finding, part, period, topic)
        if topic is not None and self._followups.opens(whole.words) and self._is_weak(finding):
            return self._follow(finding, part, period, topic)
        return replace(finding, part=part, period=period) if finding.kind in ("article", "choices") else finding

    def _read(self, text: str) -> _Read:
        found = self._speller.read(text)
        scores = self._index.scores(features(found))
        return _Read(found, [word.plain for word in found], scores.linear + np.float32(NEAREST_WEIGHT) * scores.nearest)

    def _decide(self, text: str, whole: _Read) -> Finding:
        parts = [(piece, self._read(piece.text)) for piece in pieces(text)]
        scores = self._combined(whole, parts)
        articles = scores[self._of_kind["article"]]
        best = float(articles.max())
        other = self._other_kind(scores, best, whole, parts)
        if other is not None:
            return other
        candidates = self._candidates(scores)
        if best < NO_IDEA:
            return Finding("handoff", None, candidates, subject="unclear")
        if best < UNSURE and len(candidates) > 1 and candidates[0].score - candidates[1].score < _CLOSE:
            return Finding("choices", None, candidates)
        top = candidates[0].article
        return Finding("article", top, candidates, more=self._more(top, parts))

    def _combined(self, whole: _Read, parts: Sequence[tuple[Piece, _Read]]) -> Floats:
        if not parts:
            return whole.scores
        pieces_best = np.max([read.scores * np.float32(1.0 if piece.asks else _STATEMENT) for piece, read in parts], axis=0)
        mixed: Floats = np.float32(_WHOLE) * whole.scores + np.float32(1 - _WHOLE) * pieces_best
        return mixed

    def _other_kind(self, scores: Floats, best: float, whole: _Read, parts: Sequence[tuple[Piece, _Read]]) -> Finding | None:
        """The finding where the message is an emergency, small talk or beyond what Chung Tay answers."""
        danger = alarm(whole.text)
        if danger is not None:
            return Finding("urgent", None, (), subject=danger)
        plain = " ".join(whole.words)
        kinds: tuple[Kind, ...] = ("urgent", "handoff", "smalltalk")
        for kind in kinds:
            members = self._of_kind[kind]
            if not len(members):
                continue
            top = int(members[scores[members].argmax()])
            score = float(scores[top])
            if kind == "urgent" and (is_figurative(whole.text) or not is_now(plain)):
                score *= _PAST_URGENT
            if kind == "smalltalk" and len(whole.words) > _SMALLTALK_WORDS_AT_MOST:
                continue
            rivals = [float(scores[self._of_kind[rival]].max()) for rival in kinds if rival != kind and len(self._of_kind[rival])]
            if score > best + MARGIN[kind] and score >= max(rivals, default=0.0):
                return Finding(kind, None, (), subject=self._labels[top].partition(":")[2].partition("/")[0])
        return None

    def _candidates(self, scores: Floats) -> tuple[Candidate, ...]:
        members = self._of_kind["article"]
        order = members[np.argsort(-scores[members], kind="stable")][:CANDIDATES_AT_MOST]
        limit = 1 + NEAREST_WEIGHT
        return tuple(Candidate(self._labels[at], round(min(1.0, max(0.0, float(scores[at]) / limit)), 4)) for at in order.tolist())

    def _more(self, top: str, parts: Sequence[tuple[Piece, _Read]]) -> tuple[str, ...]:
        """Further articles that a sentence of its own asks about, sure ones only."""
        members = self._of_kind["article"]
        found: list[str] = []
        for piece, read in parts:
            at = int(read.scores.argmax())
            if piece.asks and at in members and read.scores[at] >= _ALSO and self._labels[at] not in (top, *found):
                found.append(self._labels[at])
        return tuple(found[:_ALSO_AT_MOST])

    def _is_weak(self, finding: Finding) -> bool:
        return finding.kind in ("choices", "handoff") or not finding.candidates or finding.candidates[0].score < UNSURE

    def _follow(self, finding: Finding, part: str | None, period: tuple[date, date] | None, topic: str | None) -> Finding:
        if topic is not None and topic in self._labels:
            return Finding("article", topic, (Candidate(topic, 1.0),), part=part, period=period, about_topic=True)
        if finding.kind == "article" and not self._is_weak(finding):
            return replace(finding, part=part, period=period)
        kind: Kind = "choices" if finding.candidates else "handoff"
        return Finding(kind, None, finding.candidates, part=part, subject="" if finding.candidates else "unclear", period=period, about_topic=True)
