"""Reads all words, rules and the locality: what answering needs, without a database."""

from __future__ import annotations

from bot.settings import PREFIX, Settings, SettingsError
from content import articles, commands, localities, search, words
from content.errors import ContentError
from content.filling import Filler
from handlers.turn import Knowledge
from rules import parameters


def knowledge(settings: Settings) -> Knowledge:
    """Read all words, rules and the locality. Needs no database.

    Raises:
        SettingsError: the locality does not exist.
        ContentError, RulesError: a file cannot be used; the message names it.
    """
    library = articles.load()
    try:
        locality = localities.load(settings.locality)
    except ContentError as error:
        if settings.locality not in localities.known():
            raise SettingsError(f"{PREFIX}LOCALITY: {error}") from error
        raise
    return Knowledge(
        library=library,
        search=search.build(
            {article.id: article.questions for article in library},
            names={article.id: (article.title, article.short) for article in library},
        ),
        filler=Filler(parameters.load(), locality),
        locality=locality,
        languages=words.load(),
        commands=commands.load(),
    )
