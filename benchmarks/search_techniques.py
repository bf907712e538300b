"""Compares ways of finding the article: run it with `python -m benchmarks.search_techniques [set]`.

tantivy and scikit-learn are compared where they are installed; the product needs neither. Every technique gets the same
samples and the same mended words, and ranks the same labels: an article, or one label each for what is no article.
Nothing is decided here about turning away: the best label counts, whatever its score.
"""

from __future__ import annotations

import math
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from time import perf_counter
from typing import Any

import numpy as np
from rapidfuzz import fuzz, process

from content import articles
from content.search import samples
from content.search.features import features_of
from content.search.index import Index
from content.search.spelling import Speller
from content.text import plain
from tests.evaluation.measure import questions

Rank = Callable[[str], list[str]]
_RANKED = 60
_KEPT = 12


class Corpus:
    """The samples with their labels, as mended plain words."""

    def __init__(self, asked: list[dict[str, Any]]) -> None:
        judged_by = {plain(question["q"]) for question in asked}
        library = articles.load()
        intents = samples.load()
        learned = [
            *((text, article.id) for article in library for text in (*article.questions, article.title, article.short)),
            *((text, article) for article, texts in intents.articles.items() for text in texts),
            *((sample.text, sample.label) for sample in samples.without_answer(intents)),
        ]
        learned = [(text, label) for text, label in learned if plain(text) not in judged_by]
        self.speller = Speller(intents.abbreviations, (text for text, _ in learned))
        self.read = [self.speller.read(text) for text, _ in learned]
        self.labels = [label for _, label in learned]
        self.texts = [" ".join(word.plain for word in read) for read in self.read]

    def plain(self, text: str) -> str:
        return " ".join(word.plain for word in self.speller.read(text))


def kind(label: str) -> str:
    """The article itself, or the kind that a label without an article stands for."""
    return label.partition(":")[0]


def distinct(labels: Sequence[str]) -> list[str]:
    """The kinds in order of their first appearance."""
    return list(dict.fromkeys(kind(label) for label in labels))


def grams(text: str, *sizes: int) -> list[str]:
    joined = f"_{text.replace(' ', '_')}_"
    return [joined[start : start + size] for size in sizes for start in range(len(joined) - size + 1)]


def bm25(corpus: Corpus, split: Callable[[str], list[str]]) -> Rank:
    """Okapi BM25 over the samples with the usual constants."""
    documents = [Counter(split(text)) for text in corpus.texts]
    average = sum(sum(document.values()) for document in documents) / len(documents)
    postings: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
    for at, document in enumerate(documents):
        length = sum(document.values())
        for term, count in document.items():
            postings[term].append((at, count * 2.2 / (count + 1.2 * (0.25 + 0.75 * length / average))))
    rarity = {
        term: math.log(1 + (len(documents) - len(found) + 0.5) / (len(found) + 0.5)) for term, found in postings.items()
    }

    def rank(text: str) -> list[str]:
        scores: defaultdict[int, float] = defaultdict(float)
        for term in set(split(corpus.plain(text))):
            for at, weight in postings.get(term, ()):
                scores[at] += rarity[term] * weight
        best = sorted(scores, key=scores.__getitem__, reverse=True)[:_RANKED]
        return distinct([corpus.labels[at] for at in best])

    return rank


def nearest_by_rapidfuzz(corpus: Corpus) -> Rank:
    """The samples with the highest token-set ratio."""

    def rank(text: str) -> list[str]:
        found = process.extract(corpus.plain(text), corpus.texts, scorer=fuzz.token_set_ratio, limit=_RANKED)
        return distinct([corpus.labels[at] for _, _, at in found])

    return rank


def with_tantivy(corpus: Corpus) -> Rank:
    """tantivy's own BM25 over words, any of the words."""
    import tantivy

    schema = tantivy.SchemaBuilder().add_text_field("text", stored=False).add_text_field("label", stored=True).build()
    index = tantivy.Index(schema)
    writer = index.writer()
    for text, label in zip(corpus.texts, corpus.labels, strict=True):
        writer.add_document(tantivy.Document(text=text, label=label))
    writer.commit()
    index.reload()
    searcher = index.searcher()

    def rank(text: str) -> list[str]:
        words = "".join(char if char.isalnum() else " " for char in corpus.plain(text))
        if not words.strip():
            return []
        query = index.parse_query(words, ["text"])
        hits = searcher.search(query, _RANKED).hits
        return distinct([searcher.doc(address)["label"][0] for _, address in hits])

    return rank


def with_scikit_learn(corpus: Corpus) -> Rank:
    """TF-IDF over letters and words, logistic regression."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline, make_union

    model = make_pipeline(
        make_union(
            TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True),
            TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True),
        ),
        LogisticRegression(C=20, max_iter=200),
    ).fit(corpus.texts, corpus.labels)

    def rank(text: str) -> list[str]:
        chances = model.predict_proba([corpus.plain(text)])[0]
        return distinct([str(model.classes_[at]) for at in np.argsort(-chances)[:_KEPT]])

    return rank


def ours(corpus: Corpus, linear: float, nearest: float, evidence: float) -> Rank:
    """Our index with its three scores weighted."""
    labels = sorted(set(corpus.labels))
    place = {label: at for at, label in enumerate(labels)}
    rivals = [at for at, label in enumerate(labels) if ":" not in label]
    index = Index(
        (features_of(read) for read in corpus.read),
        [place[label] for label in corpus.labels],
        [1.0] * len(corpus.labels),
        len(labels),
        rivals,
    )

    def rank(text: str) -> list[str]:
        scores = index.scores(features_of(corpus.speller.read(text)))
        mixed = linear * scores.linear + nearest * scores.nearest + evidence * scores.evidence
        return distinct([labels[at] for at in np.argsort(-mixed)[:_KEPT]])

    return rank


def report(name: str, make: Callable[[], Rank], asked: list[dict[str, Any]]) -> None:
    """One row of the table."""
    started = perf_counter()
    rank = make()
    built = perf_counter() - started
    hits: defaultdict[str, list[bool]] = defaultdict(list)
    spent = []
    for question in asked:
        started = perf_counter()
        found = rank(question["q"])
        spent.append(perf_counter() - started)
        if question["kind"] == "article":
            right = {question["article"], *question.get("also", ())}
            hits["noisy" if question["noisy"] else "plain"].append(bool(found) and found[0] in right)
            hits["top3"].append(bool(right & set(found[:3])))
        else:
            hits["beyond"].append(not found or found[0] == question["kind"])
    shares = " | ".join(f"{sum(hits[key]) / len(hits[key]):.1%}" for key in ("plain", "noisy", "top3", "beyond"))
    print(f"| {name} | {shares} | {built:.2f} s | {1000 * sorted(spent)[len(spent) // 2]:.2f} ms |", flush=True)


def main() -> None:
    asked = questions(sys.argv[1] if len(sys.argv) > 1 else "questions")
    corpus = Corpus(asked)
    print("| technique | top-1 plain | top-1 noisy | top-3 | no article | build | median |")
    print("|---|---|---|---|---|---|---|")
    report("BM25, words", lambda: bm25(corpus, str.split), asked)
    report("BM25, runs of 3 to 5 letters", lambda: bm25(corpus, lambda text: grams(text, 3, 4, 5)), asked)
    report("rapidfuzz, nearest sample", lambda: nearest_by_rapidfuzz(corpus), asked)
    if find_spec("tantivy"):
        report("tantivy", lambda: with_tantivy(corpus), asked)
    if find_spec("sklearn"):
        report("scikit-learn, logistic regression", lambda: with_scikit_learn(corpus), asked)
    report("ours: nearest sample only", lambda: ours(corpus, 0, 1, 0), asked)
    report("ours: ridge only", lambda: ours(corpus, 1, 0, 0), asked)
    report("ours: ridge and nearest", lambda: ours(corpus, 1, 1, 0), asked)
    report("ours: ridge, nearest, naive Bayes", lambda: ours(corpus, 1, 1, 0.25), asked)


if __name__ == "__main__":
    main()
