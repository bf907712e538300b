"""`ask` and `article`: what the bot understands and knows, without a database."""

from __future__ import annotations

import asyncio
import os
import sys
from datetime import date, datetime
from typing import Any, BinaryIO

import click
import msgspec

from bot.settings import read
from bot.words import knowledge
from content.search.finding import Finding
from handlers.conversation import Conversation
from handlers.messages import Incoming
from handlers.respond import Responder
from handlers.turn import VIETNAM, Knowledge, Turn


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print what was understood as one JSON line.")
@click.option("--batch", type=click.File("rb"), help='JSON lines {"q": …} in, one JSON line per question out.')
@click.argument("question", required=False)
def ask(question: str | None, as_json: bool, batch: BinaryIO | None) -> None:
    """Answer a question."""
    known = knowledge(read(os.environ))
    today = datetime.now(VIETNAM).date()
    if batch is not None:
        _batch(known, batch, today)
    elif question is None:
        raise click.UsageError("a question or --batch FILE is needed")
    elif as_json:
        click.echo(_line(question, known.search.find(question, today=today)))
    else:
        click.echo(_answer(known, question))


@click.command()
@click.argument("article_id")
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="The day asked about; today if left out.")
def article(article_id: str, day: datetime | None) -> None:
    """Print an article with all its parts as they hold on a day."""
    known = knowledge(read(os.environ))
    found = known.library.get(article_id)
    if found is None:
        raise click.ClickException(f"no article {article_id!r}; known: {', '.join(one.id for one in known.library)}")
    on = day.date() if day is not None else datetime.now(VIETNAM).date()
    words = known.languages["vi"]
    click.echo(f"{found.title} ({on.isoformat()})")
    for part in (None, *found.parts):
        filled = known.filler.part(found, part, on, words)
        click.echo(f"\n[{part or 'answer'}]" + (f" ({filled.confidence}; {filled.law})" if filled else ""))
        click.echo(filled.text if filled else "-")


def _batch(known: Knowledge, lines: BinaryIO, today: date) -> None:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            question = msgspec.json.decode(line)["q"]
            if not isinstance(question, str):
                raise TypeError("q is no text")
        except (msgspec.DecodeError, KeyError, TypeError) as error:
            raise click.ClickException(f'{lines.name}, line {number}: expected {{"q": "…"}}: {error}') from error
        sys.stdout.write(_line(question, known.search.find(question, today=today)) + "\n")


def _line(question: str, found: Finding) -> str:
    body: dict[str, Any] = {
        "q": question,
        "kind": found.kind,
        "article": found.article,
        "candidates": [{"article": one.article, "score": round(one.score, 4)} for one in found.candidates],
    }
    return msgspec.json.encode(body).decode()


def _answer(known: Knowledge, question: str) -> str:
    now = datetime.now(VIETNAM)
    incoming = Incoming("ask", "ask", "ask", now, text=question)
    turn = Turn(incoming, Conversation(), known, now)
    replies = asyncio.run(Responder().respond(turn))
    return "\n\n".join(
        "\n".join((reply.text, "", *(f"{n}. {choice.label}" for n, choice in enumerate(reply.choices, 1)))).strip()
        for reply in replies
    )
