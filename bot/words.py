"""Reads all words, rules and the locality: what answering needs, without a database."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from bot.settings import PREFIX, Settings, SettingsError, key_file
from content import articles, commands, eligibility, localities, overrides, search, words
from content.articles import Article
from content.errors import ContentError
from content.filling import Filler
from content.reading.facts import Recogniser
from handlers.turn import Knowledge
from rules import assess, parameters
from rules.assess import Assessor
from rules.local import with_overrides
from storage.keys import Keys


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
    locality.assign(offices_named(library))
    local = overrides.load(settings.locality)
    law = with_overrides(parameters.load(), local)
    # Read when first asked for: a question about an article needs neither.
    assessor = cache(lambda: assess.load(law))
    return Knowledge(
        library=library,
        search=search.of_library(library),
        filler=Filler(law, locality),
        locality=locality,
        languages=words.load(),
        commands=commands.load(),
        guide=eligibility.load(),
        local_figures=local,
        load_assessor=assessor,
        load_recogniser=cache(lambda: Recogniser(assessor().engine.book)),
        keys=Keys(key_file(settings)),
        address=settings.public_url or f"http://{settings.host}:{settings.port}",
    )


def offices_named(articles: Iterable[Article]) -> dict[str, str]:
    """The role of the office by article, for those that name it themselves."""
    return {article.id: article.office for article in articles if article.office}


def rules_alone(settings: Settings) -> Assessor:
    """The rules with the locality's own figures, for commands that need no words."""
    return assess.load(with_overrides(parameters.load(), overrides.load(settings.locality)))
