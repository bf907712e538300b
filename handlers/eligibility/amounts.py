"""What a benefit is worth, in one short phrase: "540.000 đồng mỗi tháng", "vay đến 100 triệu đồng"."""

from __future__ import annotations

from typing import Final

from content.words import Words
from rules.parameters import Number
from rules.verdict import Result

_PERIODS: Final = ("month", "year", "day", "once", "course", "project")


def amount_text(words: Words, result: Result, group: str) -> str:
    """The amount with its period; empty where the benefit has none or it is not known yet."""
    figures = {figure.key: figure.value for figure in result.figures}
    if group == "credit":
        return _loan(words, result, figures)
    if "own_payment" in figures:
        return _card(words, figures)
    if result.amount is None:
        return ""
    if result.unit == "percent":
        return words.say("eligibility.of_tuition", percent=words.percent(result.amount))
    if result.unit == "kg/person":
        return words.say("eligibility.rice", number=words.number(result.amount))
    return per_period(words, words.money(_whole(result.amount)), result.period)


def per_period(words: Words, money: str, period: str) -> str:
    """An amount with how often it comes."""
    return words.say(f"eligibility.per_{period}", amount=money) if period in _PERIODS else money


def _loan(words: Words, result: Result, figures: dict[str, Number]) -> str:
    parts = []
    if result.amount is not None:
        per = "month" if result.period == "month" else ""
        parts.append(words.say("eligibility.loan", amount=per_period(words, words.money(_whole(result.amount)), per)))
    elif "of_the_cost" in figures:
        parts.append(words.say("eligibility.loan_of_cost", percent=words.percent(figures["of_the_cost"])))
    if "interest_rate" in figures:
        parts.append(words.say("eligibility.interest", percent=words.percent(figures["interest_rate"])))
    return ", ".join(parts)


def _card(words: Words, figures: dict[str, Number]) -> str:
    own = figures["own_payment"]
    if own:
        parts = [
            words.say(
                "eligibility.card_part", percent=words.percent(figures["support"]), amount=words.money(_whole(own))
            )
        ]
    else:
        parts = [words.say("eligibility.card_free")]
    if "covered" in figures:
        parts.append(words.say("eligibility.card_covers", percent=words.percent(figures["covered"])))
    return ", ".join(parts)


def _whole(value: Number) -> int:
    return int(value)
