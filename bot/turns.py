"""The turn: messages in, data and conversation and outgoing messages committed together, then acknowledged.

Turns that wait at the same moment share one transaction, and with it the cost of the disk's flush and of the round
trips; each is still all or nothing (see `UnitOfWork`), and two messages of one chat run one after the other in the
order in which they came. Under no load a batch holds one turn, so nobody waits for a batch to fill.
"""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Final, Protocol

import msgspec
import structlog
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection
from structlog.contextvars import bound_contextvars

from bot.channels import Channel
from bot.logs import place as place
from bot.logs import turn_id
from bot.metrics.measures import Measures
from content.words import SOURCE_LANGUAGE
from handlers import conversation as conversations
from handlers.analytics import steps
from handlers.conversation import Conversation
from handlers.messages import Choice, Incoming, Reply
from handlers.rendering import Hints, render
from handlers.respond import Responder
from handlers.turn import Knowledge, Turn, UnitOfWork
from storage import analytics, learning, outbox, turns
from storage.analytics import Stand
from storage.database import Database
from storage.learning import NewQuestion
from storage.outbox import NewRow

log = structlog.get_logger(__name__)

_MOST_IN_A_BATCH: Final = 128
_TRIES: Final = 4
_ENCODER: Final = msgspec.json.Encoder()
_INCOMING: Final = msgspec.json.Decoder(Incoming)
REPLY: Final = msgspec.json.Decoder(Reply)


class Outcome(Enum):
    """What became of a message. After each of them the platform is told that we have it."""

    DONE = "done"
    DUPLICATE = "duplicate"
    FAILED = "failed"
    """The turn raised: kept for replay, and the person was answered kindly."""


@dataclass(frozen=True, slots=True)
class Written:
    """A message that the turn's transaction has put into the outbox, leased to this process until `due_at`."""

    row_id: int
    channel: str
    chat: str
    reply: Reply
    due_at: datetime


class Outlet(Protocol):
    """Takes what was committed: the delivery worker of this process."""

    def lease(self, channel: str, now: datetime) -> datetime:
        """Until when rows written now are this process's own to send; `now` when it cannot take more."""
        ...

    def others(self, unsent: Iterable[tuple[int, str, str]]) -> set[turns.ChatKey]:
        """Chats with an unsent answer (row, channel, chat) that is not this process's own to send."""
        ...

    def take(self, written: Sequence[Written]) -> None: ...


@dataclass(slots=True)
class _Waiting:
    incoming: Incoming
    done: asyncio.Future[Outcome]


@dataclass(slots=True)
class _Ran:
    """A turn that has run inside the open transaction."""

    incoming: Incoming
    messages: list[Reply]
    failure: str = ""
    forgotten: bool = False
    noted: Sequence[tuple[str, ...]] = ()
    asked: Sequence[NewQuestion] = ()
    rated: Sequence[tuple[str, int]] = ()
    dialogs: Mapping[Stand, int] = field(default_factory=dict)


# PostgreSQL keeps no NUL in a text, and neither these nor the two non-characters may stand in a document we make.
_NO_TEXT: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")


def _storable(incoming: Incoming) -> Incoming:
    """The message without what is no text that can be stored: half of a surrogate pair, as a phone that cuts an emoji
    in two sends it, and control characters, as a keyboard that was attached to something else sends them.
    """
    refs = [each.ref for each in incoming.photos]
    said = (incoming.text, incoming.choice, incoming.contact_phone, incoming.language, *refs)
    if all(each.isprintable() for each in said):
        return incoming
    return msgspec.structs.replace(
        incoming,
        text=_as_text(incoming.text),
        choice=_as_text(incoming.choice),
        contact_phone=_as_text(incoming.contact_phone),
        language=_as_text(incoming.language),
        photos=tuple(msgspec.structs.replace(each, ref=_as_text(each.ref)) for each in incoming.photos),
    )


def _as_text(said: str) -> str:
    return _NO_TEXT.sub(" ", said).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


class TurnEngine:
    """Runs turns. `handle` returns when the turn is committed."""

    def __init__(
        self,
        database: Database,
        knowledge: Knowledge,
        responder: Responder,
        channels: Mapping[str, Channel],
        outlet: Outlet,
        clock: Callable[[], datetime],
        measures: Measures | None = None,
    ) -> None:
        self._database: Final = database
        self._knowledge: Final = knowledge
        self._measures: Final = measures or Measures()
        self._responder: Final = responder
        self._channels: Final = channels
        self._outlet: Final = outlet
        self._clock: Final = clock
        source = knowledge.languages[SOURCE_LANGUAGE]
        self._hints: Final = Hints(choose=source.say("choice.how"), control=source.say("choice.or_type"))
        self._waiting: list[_Waiting] = []
        self._pending: Final[set[asyncio.Future[Outcome]]] = set()
        self._wake: Final = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def handle(self, incoming: Incoming) -> Outcome:
        """Run a message's turn and return once it is committed.

        Raises:
            SQLAlchemyError or OSError: the database could not take it; the platform must deliver the message again.
        """
        if self._task is None:
            self._task = asyncio.create_task(self._work(), name="turns")
        waiting = _Waiting(_storable(incoming), asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        self._pending.add(waiting.done)
        waiting.done.add_done_callback(self._pending.discard)
        self._wake.set()
        began = self._measures.seconds()
        outcome = await waiting.done
        self._measures.turn.observe(self._measures.seconds() - began)
        self._measures.received.add(incoming.channel, outcome.value)
        return outcome

    async def close(self) -> None:
        """Finish what waits, then stop."""
        await asyncio.gather(*self._pending, return_exceptions=True)
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    async def _work(self) -> None:
        while True:
            await self._wake.wait()
            batch, self._waiting = self._waiting[:_MOST_IN_A_BATCH], self._waiting[_MOST_IN_A_BATCH:]
            if not self._waiting:
                self._wake.clear()
            if batch:
                await self._finish(batch)

    async def _finish(self, batch: list[_Waiting]) -> None:
        try:
            outcomes = await self._run_with_retries([waiting.incoming for waiting in batch])
        except Exception as error:  # the loop that must not die; what cannot be stored is not acknowledged
            if len(batch) > 1 and not _out_of_reach(error):
                # One message may be what the database refuses: give each its own transaction.
                for waiting in batch:
                    await self._finish([waiting])
                return
            log.error("turn.not_stored", error=type(error).__name__, messages=len(batch))
            for waiting in batch:
                if not waiting.done.done():
                    waiting.done.set_exception(error)
            return
        for waiting, outcome in zip(batch, outcomes, strict=True):
            if not waiting.done.done():
                waiting.done.set_result(outcome)

    async def _run_with_retries(self, batch: list[Incoming]) -> list[Outcome]:
        for attempt in range(1, _TRIES):
            try:
                return await self.run(batch)
            except (SQLAlchemyError, OSError) as error:
                # A deadlock between processes, a restarted server: nothing was committed, so it may run again.
                log.warning("turn.retried", error=type(error).__name__, attempt=attempt)
                await asyncio.sleep(0.05 * 4**attempt)
        return await self.run(batch)

    async def run(self, batch: Sequence[Incoming]) -> list[Outcome]:
        """Run the messages in one transaction, in the order given."""
        now = self._clock()
        async with self._database.write() as connection:
            fresh = await turns.record_messages(
                connection, ((each.channel, each.message_id, each.chat) for each in batch), now
            )
            outcomes: list[Outcome] = []
            to_run: list[Incoming] = []
            for each in batch:
                key = (each.channel, each.message_id)
                outcomes.append(Outcome.DONE if key in fresh else Outcome.DUPLICATE)
                if key in fresh:
                    fresh.discard(key)
                    to_run.append(each)
            ran = await self._run_fresh(connection, to_run, now) if to_run else []
            written = await self._write(connection, ran, now)
        self._outlet.take(written)
        self._count(ran, written)
        failed = {id(each.incoming) for each in ran if each.failure}
        return [
            Outcome.FAILED if id(each) in failed else outcome for each, outcome in zip(batch, outcomes, strict=True)
        ]

    def _count(self, ran: Sequence[_Ran], written: Sequence[Written]) -> None:
        """Only now: what was rolled back has not happened."""
        for each in written:
            self._measures.written.add(each.channel)
        for result in ran:
            self._measures.count(result.noted)

    async def replay(self, key: turns.MessageKey) -> Outcome | None:
        """Run a failed turn again against the conversation as it is now; None if there is no such failed turn."""
        now = self._clock()
        async with self._database.write() as connection:
            failed = await turns.reopen_failed(connection, key)
            if failed is None:
                return None
            incoming = _INCOMING.decode(failed.payload)
            await turns.record_messages(connection, [(incoming.channel, incoming.message_id, incoming.chat)], now)
            ran = await self._run_fresh(connection, [incoming], now)
            written = await self._write(connection, ran, now)
        self._outlet.take(written)
        return Outcome.FAILED if ran[0].failure else Outcome.DONE

    async def _run_fresh(self, connection: AsyncConnection, batch: Sequence[Incoming], now: datetime) -> list[_Ran]:
        chats = [(each.channel, each.chat) for each in batch]
        stored = await turns.lock_conversations(connection, chats, now, conversations.EMPTY)
        current = {key: row.state for key, row in stored.items()}
        spoken: dict[turns.ChatKey, Conversation] = {}
        gone: set[turns.ChatKey] = set()
        back: set[turns.ChatKey] = set()
        ran = []
        for each, key in zip(batch, chats, strict=True):
            # The state goes through its stored form between any two turns, so that none can live in memory only.
            conversation = conversations.decode(current[key])
            turn = Turn(
                each,
                conversation,
                self._knowledge,
                now,
                UnitOfWork(connection),
                self._channels[each.channel].capabilities,
                _new_key,
            )
            result = await self._run_one(turn)
            if result.failure:
                await turns.record_failure(
                    connection, (each.channel, each.message_id), _ENCODER.encode(each), result.failure
                )
            else:
                current[key] = conversations.encode(turn.conversation)
                spoken[key] = turn.conversation
                if result.forgotten:
                    gone.add(key)
                elif key in gone:
                    gone.discard(key)
                    back.add(key)
            ran.append(result)
        if back:
            # Forgotten, and spoken to again within this batch: that row is gone, a new one begins.
            stored |= await turns.lock_conversations(connection, back, now, conversations.EMPTY)
        changed = [
            _new_state(row.id, current[key], spoken[key])
            for key, row in stored.items()
            if key not in gone and current[key] != row.state
        ]
        await turns.save_conversations(connection, changed, now)
        await _log_questions(connection, ran)
        return ran

    async def _run_one(self, turn: Turn) -> _Ran:
        with bound_contextvars(turn=turn_id(turn.incoming.channel, turn.incoming.message_id)):
            return await self._run_named(turn)

    async def _run_named(self, turn: Turn) -> _Ran:
        before = turn.conversation.interview
        try:
            async with turn.work:
                replies = await self._responder.respond(turn)
                steps.count(turn, before)
                messages = self._rendered(turn.incoming, replies)
            return _Ran(
                turn.incoming, messages, forgotten=turn.forgotten, noted=turn.noted, asked=turn.asked, rated=turn.rated,
                dialogs=turn.dialogs,
            )  # fmt: skip
        except Exception as error:  # a turn that raises is recorded and answered
            failure = place(error)
            log.error("turn.failed", channel=turn.incoming.channel, failure=failure)
            words = (
                self._knowledge.languages.get(turn.conversation.language) or self._knowledge.languages[SOURCE_LANGUAGE]
            )
            office = Choice("office", words.say("choice.office"))
            apology = Reply(words.say("turn.failed"), controls=(office,))
            return _Ran(turn.incoming, self._rendered(turn.incoming, [apology]), failure=failure)

    def _rendered(self, incoming: Incoming, replies: Sequence[Reply]) -> list[Reply]:
        capabilities = self._channels[incoming.channel].capabilities
        return [message for reply in replies for message in render(reply, capabilities, self._hints)]

    async def _write(self, connection: AsyncConnection, ran: Sequence[_Ran], now: datetime) -> list[Written]:
        rows: list[NewRow] = []
        messages: list[Reply] = []
        leases: dict[str, datetime] = {}
        sent_to = {(each.incoming.channel, each.incoming.chat) for each in ran}
        platforms = sorted(key for key in sent_to if not self._channels[key[0]].mailbox)
        # What another process has not sent yet comes first: the row waits in the table, where claims keep the order.
        behind = self._outlet.others(await outbox.unsent_answers(connection, platforms)) if platforms else set()
        for result in ran:
            incoming = result.incoming
            channel = self._channels[incoming.channel]
            if incoming.channel not in leases:
                leases[incoming.channel] = self._outlet.lease(incoming.channel, now)
            due_at = now if (incoming.channel, incoming.chat) in behind else leases[incoming.channel]
            for message in result.messages:
                payload = _ENCODER.encode(message)
                rows.append(
                    NewRow(
                        incoming.channel,
                        incoming.chat,
                        payload,
                        due_at,
                        sent=channel.mailbox,
                        leased=due_at > now,
                    )
                )
                messages.append(message)
        ids = await outbox.add(connection, rows, now)
        return [
            Written(row_id, row.channel, row.chat, message, row.due_at)
            for row_id, row, message in zip(ids, rows, messages, strict=True)
        ]


async def _log_questions(connection: AsyncConnection, ran: Sequence[_Ran]) -> None:
    """What was asked and where dialogs stand, for the desk: two statements for the batch, and one for each rating."""
    await learning.add_questions(connection, [question for result in ran for question in result.asked])
    for result in ran:
        for ticket, rating in result.rated:
            await learning.rate(connection, ticket, rating)
    await analytics.count_dialogs(connection, analytics.together([result.dialogs for result in ran]))


def _new_state(row_id: int, state: bytes, spoken: Conversation) -> turns.NewState:
    return turns.NewState(row_id, state, spoken.language, spoken.commune, spoken.notices_stopped)


def _new_key() -> str:
    return secrets.token_urlsafe(24)


def _out_of_reach(error: Exception) -> bool:
    """Whether the database cannot be reached at all: trying each message alone would only take longer."""
    return isinstance(error, OSError) or (isinstance(error, DBAPIError) and error.connection_invalidated)
