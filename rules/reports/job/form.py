"""Somebody loses work, or finds it."""

from __future__ import annotations

from rules.reports.deprivation import deprivation
from rules.reports.model import Field, Form

CHANGES = ("lost", "found")

form = Form(
    "member",
    deprivation("employment", worse="lost"),
    (Field("change", "choice", CHANGES),),
    same_within_days=30,
)
