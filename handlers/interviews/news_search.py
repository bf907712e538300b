"""Looking for news by words: one question, and what was found."""

from __future__ import annotations

from typing import Final

from content.news import search_words
from handlers.interview import Answers, Ask, DontKnow, Line, NotUnderstood, Understood
from handlers.messages import Reply
from handlers.newsroom import reading
from handlers.turn import Replies, Turn

KIND: Final = "news_search"


class NewsSearch:
    """The interview; see `handlers.interview.Interview`."""

    kind = KIND
    begins_empty = True
    confirms = False

    def title(self, turn: Turn) -> str:
        return turn.say("news.search")

    def next(self, turn: Turn, answers: Answers, skipped: frozenset[str]) -> str | None:
        return None if "words" in answers else "words"

    def ask(self, turn: Turn, answers: Answers, field: str) -> Ask:
        return Ask(turn.say("news.ask_words"))

    def read(
        self, turn: Turn, answers: Answers, field: str, said: str, *, chosen: bool
    ) -> Understood | NotUnderstood | DontKnow:
        words = search_words(said)
        return Understood({"words": " ".join(words)}) if words else NotUnderstood(turn.say("news.no_words"))

    def summary(self, turn: Turn, answers: Answers) -> list[Line]:
        return []

    async def finish(self, turn: Turn, answers: Answers) -> Replies:
        found = await reading.found(turn, answers["words"])
        if found is not None:
            return [found]
        again = (turn.choice("begin:news_search", "news.search"), turn.choice("news", "news.home_short"))
        return [Reply(turn.say("news.nothing_found", said=answers["words"]), again)]


interview: Final = NewsSearch()
