"""Every route of the desk with the roles that may use it: a route that is not in here stops the tests."""

from __future__ import annotations

from typing import Final

ANYBODY: Final = frozenset({"nobody", "staff", "administrator", "head", "commune", "other_commune", "district"})
SIGNED_IN: Final = ANYBODY - {"nobody"}
REVIEWERS: Final = frozenset({"commune", "other_commune", "district"})
HOUSEHOLDS: Final = REVIEWERS | {"head"}
PEOPLE: Final = REVIEWERS | {"administrator"}
DISTRICT: Final = frozenset({"district"})
AUDIT: Final = frozenset({"district", "administrator"})

ROUTES: Final[dict[tuple[str, str], frozenset[str]]] = {
    ("GET", "/can-bo/dang-nhap"): ANYBODY,
    ("GET", "/can-bo/vao/{token:str}"): ANYBODY,
    ("POST", "/can-bo/vao/{token:str}"): ANYBODY,
    ("POST", "/can-bo/thoat"): SIGNED_IN,
    ("POST", "/can-bo/thoat-het"): SIGNED_IN,
    ("GET", "/can-bo/ma-xac-thuc"): SIGNED_IN,
    ("POST", "/can-bo/ma-xac-thuc"): SIGNED_IN,
    ("GET", "/can-bo/tai-khoan"): SIGNED_IN,
    ("POST", "/can-bo/tai-khoan/ma-du-phong"): SIGNED_IN,
    ("POST", "/can-bo/vai"): SIGNED_IN,
    # Whoever has no reports is sent on to the first page of the own role.
    ("GET", "/can-bo"): SIGNED_IN,
    ("POST", "/can-bo/nhieu"): REVIEWERS,
    ("GET", "/can-bo/bao-cao/{report_id:int}"): HOUSEHOLDS,
    ("POST", "/can-bo/bao-cao/{report_id:int}/{wanted:str}"): HOUSEHOLDS,
    ("GET", "/can-bo/bao-cao/{report_id:int}/tep/{file_id:int}"): HOUSEHOLDS,
    ("GET", "/can-bo/so-ho"): HOUSEHOLDS,
    ("GET", "/can-bo/ho/{household_id:int}"): HOUSEHOLDS,
    ("POST", "/can-bo/ho/{household_id:int}/xem"): REVIEWERS,
    ("POST", "/can-bo/ho/{household_id:int}/go"): DISTRICT,
    ("GET", "/can-bo/nhap"): DISTRICT,
    ("POST", "/can-bo/nhap"): DISTRICT,
    ("POST", "/can-bo/nhap/xac-nhan"): DISTRICT,
    ("POST", "/can-bo/nhap/{import_id:int}/go"): DISTRICT,
    ("POST", "/can-bo/so-ho/xuat"): REVIEWERS,
    ("GET", "/can-bo/nguoi"): PEOPLE,
    ("POST", "/can-bo/nguoi/moi"): PEOPLE,
    ("POST", "/can-bo/nguoi/ket-thuc"): PEOPLE,
    ("POST", "/can-bo/nguoi/ban-giao"): PEOPLE,
    ("POST", "/can-bo/nguoi/thu-hoi"): PEOPLE,
    ("GET", "/can-bo/nhat-ky"): AUDIT,
    ("POST", "/can-bo/nhat-ky/kiem-tra"): AUDIT,
    ("GET", "/can-bo/so-lieu"): HOUSEHOLDS,
    ("POST", "/can-bo/so-lieu/tai"): HOUSEHOLDS,
    ("POST", "/can-bo/so-lieu/khoa"): DISTRICT,
}

FOREIGN: Final = frozenset({"other_commune"})
"""Roles whose area does not hold the report and the household that the tests look at."""

OF_A_PLACE: Final = frozenset(route for route in ROUTES if "{report_id" in route[1] or "{household_id" in route[1])
"""Routes about one report or one household: a role of another area may not use them."""
