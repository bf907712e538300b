"""A house is lost or damaged, or built anew."""

from __future__ import annotations

from rules.reports.deprivation import deprivation
from rules.reports.model import Field, Form

CHANGES = ("damaged", "repaired")

form = Form(
    "household",
    deprivation("house_quality", worse="damaged"),
    (Field("change", "choice", CHANGES),),
    same_within_days=30,
)
