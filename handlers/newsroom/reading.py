"""News in chat: a list of five with numbers, one item in parts that the plainest channel can show."""

from __future__ import annotations

from typing import Final

from content.news import TOPICS, parts_of
from handlers.actions.news import PAGE, live_page
from handlers.messages import Choice, Reply
from handlers.turn import VIETNAM, Turn
from storage import news
from storage.media import picture_key
from storage.news import LiveRow, Wanted
from storage.tables_news import NEWS_KINDS

ALL: Final = "all"
_ROOM_BESIDE: Final = 700
"""Characters for the heading, the choices and the ways on beside a part of the text."""
_LONGEST_MESSAGE: Final = 4000
_LONGEST_LABEL: Final = 70
_LONGEST_SAID: Final = 40


def filter_of(name: str) -> Wanted | None:
    """What a list shows by its short name: everything, a kind, a topic; None where there is no such list."""
    if name == ALL:
        return Wanted()
    if name in NEWS_KINDS:
        return Wanted(kind=name)
    return Wanted(topic=name) if name in TOPICS else None


async def home(turn: Turn) -> Reply:
    """What there is to read."""
    connection = await turn.work.connection()
    _, number = await live_page(connection)
    ways = (turn.choice("dialogues", "dialogue.list"), turn.choice("topics", "news.follow"))
    if not number:
        return Reply(turn.say("news.none"), ways, controls=_ways_on(turn))
    choices = [turn.choice(f"news:list:{ALL}:1", "news.newest")]
    for name, key in (("story", "news.stories"), ("emulation_news", "news.campaign"), ("policy_news", "news.policy")):
        wanted = filter_of(name) or Wanted()
        if (await live_page(connection, kind=wanted.kind, topic=wanted.topic))[1]:
            choices.append(turn.choice(f"news:list:{name}:1", key))
    choices.append(turn.choice("begin:news_search", "news.search"))
    place = turn.words.translate(turn.knowledge.locality.about.name)
    return Reply(turn.say("news.home", place=place, count=number), (*choices, *ways), controls=_ways_on(turn))


async def listed(turn: Turn, name: str, page: int) -> Reply | None:
    """A page of a list."""
    wanted = filter_of(name)
    if wanted is None:
        return None
    rows, number = await live_page(await turn.work.connection(), kind=wanted.kind, topic=wanted.topic, page=page)
    if not rows:
        return Reply(turn.say("news.none_here"), controls=(turn.choice("news", "news.home_short"), *_ways_on(turn)))
    pages = -(-number // PAGE)
    heading = turn.say("news.list", title=list_title(turn, name), page=page, pages=pages)
    return _page(turn, heading, rows, name, page, pages, f"news:list:{name}:")


async def found(turn: Turn, said: str, page: int = 1, *, every: bool = False) -> Reply | None:
    """What fits the words; None where nothing does. `every`: only what has them all."""
    said = said[:_LONGEST_SAID].strip()
    rows, number = await live_page(await turn.work.connection(), said=said, page=page, every=every)
    if not rows:
        return None
    pages = -(-number // PAGE)
    heading = turn.say("news.found", count=number, said=said, page=page, pages=pages)
    return _page(turn, heading, rows, ALL, page, pages, "news:find:", f":{said.replace(' ', '_')}")


async def read(turn: Turn, news_id: int, part: int, name: str) -> Reply | None:
    """One part of an item, with the way to the next part, and to the items beside it in the list."""
    connection = await turn.work.connection()
    row = await news.live_by_id(connection, news_id)
    wanted = filter_of(name)
    if row is None or wanted is None:
        return None
    title, summary, body = in_language(turn, row)
    room = min(turn.capabilities.text_limit, _LONGEST_MESSAGE) - _ROOM_BESIDE - len(title)
    parts = parts_of(f"{summary}\n{body}", room)
    at = min(max(part, 1), len(parts))
    heading = title if len(parts) == 1 else turn.say("news.part", title=title, part=at, parts=len(parts))
    lines = [heading, _beneath(turn, row) if at == 1 else "", parts[at - 1]]
    if at == len(parts):
        lines += [_source(turn, row), _where_to_read(turn, row)]
    newer, older = await news.neighbours(connection, wanted, row)
    choices = []
    if at < len(parts):
        choices.append(turn.choice(f"news:read:{row.id}:{at + 1}:{name}", "news.go_on"))
    if older is not None:
        choices.append(turn.choice(f"news:read:{older}:1:{name}", "news.older"))
    if newer is not None:
        choices.append(turn.choice(f"news:read:{newer}:1:{name}", "news.newer"))
    shown = await news.pictures(connection, row.id, row.version) if at == 1 else []
    if shown and not turn.capabilities.pictures_out:
        lines.insert(3, turn.say("news.picture", alt=shown[0].alt))
    ways = (
        turn.choice(f"news:list:{name}:1", "news.back_to_list"),
        turn.choice("topics", "news.follow"),
        turn.choice("menu", "choice.menu"),
    )
    picture = picture_key(shown[0].media_id) if shown else ""
    return Reply("\n\n".join(filter(None, lines)), tuple(choices), controls=ways, picture=picture)


def list_title(turn: Turn, name: str) -> str:
    """What a list is called."""
    if name == ALL:
        return turn.say("news.newest")
    if name == "story":
        return turn.say("news.stories")
    return turn.say("news.news") if name in NEWS_KINDS else turn.say(f"topics.name.{name}")


def in_language(turn: Turn, row: LiveRow) -> tuple[str, str, str]:
    """Title, summary and text in the person's language where they have been written in it."""
    if turn.words.language == "en" and row.title_en:
        return row.title_en, row.summary_en, row.body_en
    return row.title, row.summary, row.body


def _page(
    turn: Turn, heading: str, rows: list[LiveRow], name: str, page: int, pages: int, before: str, after: str = ""
) -> Reply:
    choices = tuple(Choice(f"news:read:{row.id}:1:{name}", _label(turn, row)) for row in rows)
    ways = []
    if page < pages:
        ways.append(turn.choice(f"{before}{page + 1}{after}", "news.next_page"))
    if page > 1:
        ways.append(turn.choice(f"{before}{page - 1}{after}", "news.page_before"))
    ways += [turn.choice("news", "news.home_short"), *_ways_on(turn)]
    return Reply(heading, choices, controls=tuple(ways))


def _label(turn: Turn, row: LiveRow) -> str:
    title, _, _ = in_language(turn, row)
    short = title if len(title) <= _LONGEST_LABEL else f"{title[: _LONGEST_LABEL - 1].rsplit(' ', 1)[0]}…"
    return turn.say("news.label", title=short, day=turn.words.date(row.published_at.astimezone(VIETNAM).date()))


def _beneath(turn: Turn, row: LiveRow) -> str:
    line = turn.say(
        "news.beneath", day=turn.words.date(row.published_at.astimezone(VIETNAM).date()), area=row.area_name
    )
    return "\n".join((line, turn.say("news.demo"))) if row.demo else line


def _source(turn: Turn, row: LiveRow) -> str:
    said = " – ".join(filter(None, (row.source, row.source_url)))
    return turn.say("news.source", source=said) if said else ""


def _where_to_read(turn: Turn, row: LiveRow) -> str:
    address = turn.knowledge.address
    return turn.say("news.on_the_web", link=f"{address}/tin/{row.slug}") if address else ""


def _ways_on(turn: Turn) -> tuple[Choice, ...]:
    return (turn.choice("menu", "choice.menu"),)
