"""A question for a policy dialogue: who reads it and how long it is kept is said first; nothing is sent unconfirmed.

`known` is {"id", "title", "until"} of the dialogue.
"""

from __future__ import annotations

from typing import Final

from content.text import plain
from handlers.actions.dialogues import KEPT, LONGEST_QUESTION, ask
from handlers.interview import Answers, Ask, DontKnow, Line, NotUnderstood, Understood
from handlers.messages import Reply
from handlers.newsroom.errors import NewsError
from handlers.turn import Replies, Turn

KIND: Final = "dialogue_question"


class DialogueQuestion:
    """The interview; see `handlers.interview.Interview`."""

    kind = KIND
    confirms = True

    def title(self, turn: Turn) -> str:
        return turn.say("dialogue.ask_title")

    def next(self, turn: Turn, answers: Answers, skipped: frozenset[str]) -> str | None:
        return None if "question" in answers else "question"

    def ask(self, turn: Turn, answers: Answers, field: str) -> Ask:
        return Ask(
            turn.say("dialogue.ask", title=answers.get("title", ""), until=answers.get("until", ""), days=KEPT.days)
        )

    def read(
        self, turn: Turn, answers: Answers, field: str, said: str, *, chosen: bool
    ) -> Understood | NotUnderstood | DontKnow:
        question = " ".join(said.split())
        if not plain(question):
            return NotUnderstood(turn.say("news.error.question_empty"))
        if len(question) > LONGEST_QUESTION:
            return NotUnderstood(turn.say("news.error.question_long", most=LONGEST_QUESTION))
        return Understood({"question": question})

    def summary(self, turn: Turn, answers: Answers) -> list[Line]:
        return [Line("question", turn.say("dialogue.your_question"), answers["question"])]

    async def finish(self, turn: Turn, answers: Answers) -> Replies:
        ways_on = (turn.choice("dialogues", "dialogue.list"), turn.choice("menu", "choice.menu"))
        number = answers.get("id")
        if not isinstance(number, int):
            return [Reply(turn.say("news.error.gone"), controls=ways_on)]
        try:
            await ask(
                await turn.work.connection(), turn.knowledge.keys, turn.key, number, answers["question"],
                turn.words.language, turn.now,
            )  # fmt: skip
        except NewsError as error:
            return [Reply(turn.say(error.key, **error.values), controls=ways_on)]
        another = turn.choice(f"dialogues:ask:{number}", "dialogue.another")
        return [Reply(turn.say("dialogue.kept"), (another,), controls=ways_on)]


interview: Final = DialogueQuestion()
