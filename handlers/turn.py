"""One turn as a dialog sees it: the message, the conversation, what may be read, and how to write."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import TracebackType
from typing import Any, Final, Self
from zoneinfo import ZoneInfo

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from content.articles import Library
from content.commands import Commands
from content.eligibility import Guide
from content.filling import Filler
from content.localities import Locality
from content.reading.facts import Recogniser
from content.search import Search
from content.words import SOURCE_LANGUAGE, Words
from handlers.access import Actor, actor_of_chat, on_route
from handlers.broadcasting.outlets import Outlets
from handlers.broadcasting.policy import Policy
from handlers.conversation import Conversation
from handlers.messages import Capabilities, Choice, Incoming, Reply
from rules.assess import Assessor
from rules.local import LocalFigure
from storage.analytics import Stand
from storage.keys import Keys
from storage.learning import NewQuestion
from storage.turns import ChatKey

VIETNAM: Final = ZoneInfo("Asia/Ho_Chi_Minh")


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Everything that is read at start and never changes while the process runs."""

    library: Library
    search: Search
    filler: Filler
    locality: Locality
    languages: Mapping[str, Words]
    commands: Commands
    """Choice id by the plain form of what a person types for it: `dung` -> `notices:stop`."""
    guide: Guide
    local_figures: tuple[LocalFigure, ...]
    """What the locality adds to the national minimum."""
    load_assessor: Callable[[], Assessor]
    load_recogniser: Callable[[], Recogniser]
    keys: Keys
    """The installation's secrets; the key file is read when one is first needed."""
    policy: Policy = Policy()  # noqa: RUF009  # frozen
    """How announcements are sent here."""
    outlets: Outlets = field(default_factory=Outlets)
    """The channels of this installation."""
    address: str = ""
    """Where the web server is reached, for links in messages: `https://…`, without a slash at the end."""

    @property
    def assessor(self) -> Assessor:
        """The rules, read when somebody first asks for a check."""
        return self.load_assessor()

    @property
    def recogniser(self) -> Recogniser:
        """Reads facts out of free text."""
        return self.load_recogniser()


class UnitOfWork:
    """The turn's way to the database: a savepoint opened at the first use, so that a turn that only answers pays
    nothing, and one that raises leaves nothing behind while its neighbours in the batch stay.
    """

    def __init__(self, connection: AsyncConnection | None = None) -> None:
        self._connection: Final = connection
        self._opened = False

    @property
    def stored(self) -> bool:
        """Whether there is a database at all."""
        return self._connection is not None

    async def connection(self) -> AsyncConnection:
        """The connection to write through; everything done with it is undone if the turn raises."""
        if self._connection is None:
            raise RuntimeError("this turn runs without a database")
        if not self._opened:
            await self._connection.exec_driver_sql("SAVEPOINT turn")
            self._opened = True
        return self._connection

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._connection is None or not self._opened:
            return
        self._opened = False
        if kind is None:
            try:
                await self._connection.exec_driver_sql("RELEASE SAVEPOINT turn")
            except DBAPIError:
                # An action swallowed a database error, and PostgreSQL accepts nothing more: without this the whole
                # batch stays spoilt. SQLAlchemy's own savepoint object cannot be rolled back after a failed release.
                await self._undo(self._connection)
                raise
        else:
            await self._undo(self._connection)

    async def _undo(self, connection: AsyncConnection) -> None:
        await connection.exec_driver_sql("ROLLBACK TO SAVEPOINT turn")
        await connection.exec_driver_sql("RELEASE SAVEPOINT turn")


def _no_keys() -> str:
    raise RuntimeError("this turn has no source of keys")


@dataclass(slots=True)
class Turn:
    """What a dialog works on. It changes `conversation` and returns replies; it sends nothing itself."""

    incoming: Incoming
    conversation: Conversation
    knowledge: Knowledge
    now: datetime
    work: UnitOfWork = field(default_factory=UnitOfWork)
    capabilities: Capabilities = field(default_factory=Capabilities)
    """What the channel of the message can show."""
    new_key: Callable[[], str] = _no_keys
    """A new key that nobody can guess, for a file to be sent."""
    forgotten: bool = False
    """The person had everything deleted: the conversation is not saved again."""
    asked: list[NewQuestion] = field(default_factory=list)
    """Questions to be logged for the desk; all of a batch are written in one statement."""
    rated: list[tuple[str, int]] = field(default_factory=list)
    """Ratings of questions by their ticket, written after the questions."""
    dialogs: Counter[Stand] = field(default_factory=Counter)
    """Where dialogs have moved to, for counting at which question people stop."""
    noted: list[tuple[str, ...]] = field(default_factory=list)
    """What happened, counted once the turn is committed: a counter of monitoring and its labels, without people."""
    _actor: Actor | None = field(default=None, repr=False)

    @property
    def key(self) -> ChatKey:
        """The chat of this turn."""
        return self.incoming.channel, self.incoming.chat

    @property
    def seed(self) -> str:
        """What is drawn by chance in this turn is drawn from here: run again, it comes out the same."""
        return f"{self.incoming.channel}:{self.incoming.chat}:{self.incoming.message_id}:{self.now.isoformat()}"

    async def actor(self) -> Actor:
        """Who writes, in the role acting now: one query, at the first call, for the dialogs that need to know."""
        if self._actor is None:
            connection = await self.work.connection()
            actor = await actor_of_chat(connection, self.key, self.conversation.acting_role, self.today)
            self._actor = on_route(actor, self.knowledge.locality.about.review_route)
            self.conversation.account = actor.account_id
        return self._actor

    def forget_actor(self) -> None:
        """After roles or the account changed within the turn."""
        self._actor = None

    @property
    def today(self) -> date:
        """The day in Viet Nam."""
        return self.now.astimezone(VIETNAM).date()

    @property
    def words(self) -> Words:
        languages = self.knowledge.languages
        return languages.get(self.conversation.language) or languages[SOURCE_LANGUAGE]

    def say(self, key: str, **values: object) -> str:
        """A phrase in the person's language."""
        return self.words.say(key, **values)

    def choice(self, choice_id: str, key: str, **values: object) -> Choice:
        """A choice with a phrase of the person's language as its label."""
        return Choice(choice_id, self.say(key, **values))


Replies = list[Reply]
ChoiceHandler = Callable[[Turn, str], Awaitable[Replies]]
"""Handles a pressed or typed choice; gets what follows the first colon of its id."""


@dataclass(frozen=True, slots=True)
class Dialog:
    """What a module of `handlers/dialogs/` offers: handlers by the first word of a choice id."""

    choices: Mapping[str, ChoiceHandler]
    text: Callable[[Turn, str], Awaitable[Replies | None]] | None = None
    """Handles free text; None as its result leaves the text to the next dialog."""
    media: Callable[[Turn], Awaitable[Replies | None]] | None = None
    """Handles a photo or a place that comes without a word; None leaves it to the next dialog."""
    order: int = 0
    """Dialogs with a smaller number see free text and media first."""


def merged(dialogs: Mapping[str, Any]) -> dict[str, ChoiceHandler]:
    """All choice handlers of the given dialogs by first word.

    Raises:
        ValueError: two dialogs claim the same word.
    """
    handlers: dict[str, ChoiceHandler] = {}
    for name, dialog in dialogs.items():
        for word, handler in dialog.choices.items():
            if word in handlers:
                raise ValueError(f"the dialog {name!r} claims the choice {word!r}, which another one has")
            handlers[word] = handler
    return handlers
