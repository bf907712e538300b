"""From a message to a finding: score the message and its sentences, then decide what kind of answer it needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import Final

import numpy as np

from content.search.deciding import POVERTY, SUPPORT, Evidence, belongs, danger
from content.search.features import features_of
from content.search.finding import CANDIDATES_AT_MOST, Candidate, Finding, Kind
from content.search.followup import FollowUps
from content.search.index import Floats, Index, Scores
from content.search.period import named_period
from content.search.pieces import Piece, pieces, shortened
from content.search.spelling import Speller, Word
from content.search.urgency import alarm, signs

# Chosen by cross-validation, see docs/decisions/0002-search.md.
NEAREST_WEIGHT: Final = 1.0
EVIDENCE_WEIGHT: Final = 0.3
# A little below zero, and unlike anything known to be beyond the articles: a choice is offered.
_MAYBE: Final = 0.7
_UNLIKE: Final = 0.3
UNSURE: Final = 0.45
NO_IDEA: Final = 0.25
_CLOSE: Final = 0.04
_ALSO: Final = 0.75
_WHOLE: Final = 0.6
_STATEMENT: Final = 0.75
_ALSO_AT_MOST: Final = 2
# Below this score a follow-up keeps the last topic rather than change it.
_WEAK: Final = 0.5
_WEAK_OPENING: Final = 0.4
_OTHER_KINDS: Final = ("urgent", "smalltalk", "handoff")
_SMALLTALK_WORDS_AT_MOST: Final = 14
# Who tells more than this of a neighbour asks for help, not for the neighbour's secrets.
_PRIVATE_WORDS_AT_MOST: Final = 12
_SMALLTALK_FROM: Final = 0.5


@dataclass(frozen=True, slots=True)
class _Read:
    """A text in plain words and its score per class."""

    text: list[Word]
    words: list[str]
    raw: Scores
    scores: Floats


class Engine:
    """Finds the article, or the kind of answer, that a message asks for."""

    def __init__(
        self, index: Index, labels: Sequence[str], speller: Speller, pairs: frozenset[str], followups: FollowUps
    ) -> None:
        self._index: Final = index
        self._labels: Final = tuple(labels)
        self._speller: Final = speller
        self._pairs: Final = pairs
        self._followups: Final = followups
        kinds = [label.partition(":")[0] if ":" in label else "article" for label in labels]
        self._of_kind = {
            kind: np.flatnonzero(np.array([k == kind for k in kinds])) for kind in ("article", *_OTHER_KINDS)
        }

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
        bare = self._followups.is_bare(whole.text)
        refused = finding.subject not in ("", "unclear", "out_of_scope", "nonsense", "private_data")
        if finding.kind in ("urgent", "smalltalk") or refused or (finding.subject == "private_data" and not bare):
            return finding
        part = self._followups.part(whole.words)
        period = named_period(short, today)
        if bare or (topic is not None and self._followups.opens(whole.words) and self._is_weak(finding, _WEAK_OPENING)):
            return self._follow(finding, whole, part, period, topic)
        return replace(finding, part=part, period=period) if finding.kind in ("article", "choices") else finding

    def _read(self, text: str) -> _Read:
        found = self._speller.read(text)
        scores = self._index.scores(features_of(found))
        mixed: Floats = scores.linear + np.float32(NEAREST_WEIGHT) * scores.nearest
        return _Read(found, [word.plain for word in found], scores, mixed)

    def _decide(self, text: str, whole: _Read) -> Finding:
        parts = [(piece, self._read(piece.text)) for piece in pieces(text)]
        scores = self._combined(whole, parts) + np.float32(EVIDENCE_WEIGHT) * whole.raw.evidence
        articles = scores[self._of_kind["article"]]
        best = float(articles.max())
        other = self._other_kind(scores, best, whole)
        if other is not None:
            return other
        candidates = self._candidates(scores)
        if best < NO_IDEA or all(len(word) == 1 for word in whole.words):
            return Finding("handoff", None, candidates, subject="unclear")
        if best < UNSURE and len(candidates) > 1 and candidates[0].score - candidates[1].score < _CLOSE:
            return Finding("choices", None, candidates)
        top = candidates[0].article
        first, *more = self._asked(top, parts)
        if first != top:
            # Asked first goes first; it counts as much as the surer one, so that the best still stands at the top.
            others = [candidate for candidate in candidates if candidate.article != first]
            candidates = (Candidate(first, candidates[0].score), *others)[:CANDIDATES_AT_MOST]
        return Finding("article", first, candidates, more=tuple(more[:_ALSO_AT_MOST]))

    def _combined(self, whole: _Read, parts: Sequence[tuple[Piece, _Read]]) -> Floats:
        if not parts:
            return whole.scores
        pieces_best = np.max(
            [read.scores * np.float32(1.0 if piece.asks else _STATEMENT) for piece, read in parts], axis=0
        )
        mixed: Floats = np.float32(_WHOLE) * whole.scores + np.float32(1 - _WHOLE) * pieces_best
        return mixed

    def _other_kind(self, scores: Floats, best: float, whole: _Read) -> Finding | None:
        """The finding where the message is an emergency, small talk or beyond what Chung Tay answers."""
        named = alarm(whole.text)
        if named is not None:
            return Finding("urgent", None, (), subject=named)
        tops = {kind: self._top(scores, kind) for kind in _OTHER_KINDS}
        urgent, smalltalk, beyond = (tops[kind] for kind in _OTHER_KINDS)
        if beyond[0] == "private_data" and len(whole.words) > _PRIVATE_WORDS_AT_MOST:
            beyond = ("out_of_scope", min(beyond[1], best))
        if beyond[0] == "insult":
            beyond = ("insult", min(beyond[1], best))
        found = self._evidence(whole, best, urgent[1], smalltalk[1], beyond)
        if danger(found, **signs(whole.text)) > 0:
            return Finding("urgent", None, (), subject=urgent[0])
        if len(whole.words) <= _SMALLTALK_WORDS_AT_MOST and smalltalk[1] > max(best, beyond[1], _SMALLTALK_FROM):
            return Finding("smalltalk", None, (), subject=smalltalk[0])
        belonging = belongs(found)
        if belonging > 0:
            return None
        if belonging > -_MAYBE and beyond[1] <= _UNLIKE:
            return Finding("choices", None, self._candidates(scores))
        return Finding("handoff", None, (), subject=beyond[0] if tops["handoff"][1] > NO_IDEA else "unclear")

    def _top(self, scores: Floats, kind: str) -> tuple[str, float]:
        """The best subject of a kind and its score."""
        members = self._of_kind[kind]
        if not len(members):
            return "", 0.0
        top = int(members[scores[members].argmax()])
        return self._labels[top].partition(":")[2].partition("/")[0], float(scores[top])

    def _evidence(
        self, whole: _Read, best: float, urgent: float, smalltalk: float, beyond: tuple[str, float]
    ) -> Evidence:
        sums = {kind: float(whole.raw.linear[members].sum()) for kind, members in self._of_kind.items()}
        words = " ".join(whole.words)
        # Whoever asks for a neighbour's secrets, or gives the bot orders, speaks of poverty and support as well.
        candid = beyond[0] in ("", "out_of_scope")
        return Evidence(
            article=best,
            articles=sums["article"],
            urgent=urgent,
            urgents=sums["urgent"],
            beyond=beyond[1],
            beyonds=sums["handoff"],
            smalltalk=smalltalk,
            familiar=sum(f"{first} {second}" in self._pairs for first, second in pairwise(whole.words)),
            poverty=candid and POVERTY.search(words) is not None,
            support=candid and SUPPORT.search(words) is not None,
        )

    def _candidates(self, scores: Floats) -> tuple[Candidate, ...]:
        members = self._of_kind["article"]
        order = members[np.argsort(-scores[members], kind="stable")][:CANDIDATES_AT_MOST]
        limit = 1 + NEAREST_WEIGHT
        return tuple(
            Candidate(self._labels[at], round(min(1.0, max(0.0, float(scores[at]) / limit)), 4))
            for at in order.tolist()
        )

    def _asked(self, top: str, parts: Sequence[tuple[Piece, _Read]]) -> list[str]:
        """The articles that a piece of its own surely asks about, in the order of asking; the best one is always in."""
        members = self._of_kind["article"]
        found: list[str] = []
        for piece, read in parts:
            at = int(read.scores.argmax())
            if piece.asks and at in members and read.scores[at] >= _ALSO and self._labels[at] not in found:
                found.append(self._labels[at])
        return found if top in found else [top, *found]

    def _is_weak(self, finding: Finding, limit: float = _WEAK) -> bool:
        return finding.kind != "article" or finding.candidates[0].score < limit

    def _follow(
        self, finding: Finding, whole: _Read, part: str | None, period: tuple[date, date] | None, topic: str | None
    ) -> Finding:
        """A message without a subject of its own: about the last topic, or a choice where there is none."""
        if topic is not None and topic in self._labels and (part or period or self._is_weak(finding)):
            return Finding("article", topic, (Candidate(topic, 1.0),), part=part, period=period, about_topic=True)
        if not self._is_weak(finding):
            return replace(finding, part=part, period=period)
        candidates = self._candidates(whole.scores)
        kind: Kind = "choices" if candidates and candidates[0].score > 0 else "handoff"
        if kind == "handoff":
            return Finding(kind, None, (), part=part, subject="unclear", period=period, about_topic=True)
        return Finding(kind, None, candidates, part=part, period=period, about_topic=True)
