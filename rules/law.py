"""The law of one day, as a rule sees it: figures by id and the name of the regime; what is read is recorded."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from rules.errors import NoValueOnDateError
from rules.parameters import DatedValue, Number, Parameters


class Law:
    """Figures that hold on one day. `regime` is the name a benefit gives to its dated block."""

    def __init__(self, parameters: Parameters, on: date, regime: str) -> None:
        self._parameters = parameters
        self.on = on
        self.regime = regime
        self.lines: dict[str, DatedValue] = {}

    def value(self, parameter_id: str) -> Number:
        """The figure in its own unit; raises `NoValueOnDateError` where none is known on that day."""
        line = self._parameters.line(parameter_id, self.on)
        self.lines[parameter_id] = line
        return line.value

    def whole(self, parameter_id: str) -> int:
        """The figure where it must be a whole number: an age, a count, an amount in đồng."""
        value = self.value(parameter_id)
        if value != int(value):
            raise NoValueOnDateError(f"parameter {parameter_id!r} is {value}, a whole number was needed")
        return int(value)

    def known(self, parameter_id: str) -> bool:
        """Whether the figure is known on that day; the way to ask "does this group still exist?"."""
        return self._parameters.get(parameter_id).at(self.on) is not None

    def product(self, *parameter_ids: str, times: int = 1, percent: bool = False) -> int:
        """The product of figures, rounded to a whole đồng; `percent` divides by 100 once for each percentage."""
        result = Fraction(times)
        for parameter_id in parameter_ids:
            value = Fraction(str(self.value(parameter_id)))
            if percent and self._parameters.get(parameter_id).unit.startswith("percent"):
                value /= 100
            result *= value
        return round(result)
