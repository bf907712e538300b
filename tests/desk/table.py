"""Every route of the desk with the roles that may use it: a route that is not in here stops the tests."""

from __future__ import annotations

from typing import Final

ANYBODY: Final = frozenset({"nobody", "staff", "administrator", "head", "commune", "other_commune", "district"})
SIGNED_IN: Final = ANYBODY - {"nobody"}
REVIEWERS: Final = frozenset({"commune", "other_commune", "district"})
HOUSEHOLDS: Final = REVIEWERS | {"head"}
PEOPLE: Final = REVIEWERS | {"administrator"}
ANSWERING: Final = REVIEWERS | {"staff"}
DISTRICT: Final = frozenset({"district"})
NEWS: Final = PEOPLE | {"staff"}
"""Whoever sees what is sent to the public."""
WRITERS: Final = REVIEWERS | {"staff"}
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
    ("GET", "/can-bo/hop-thu"): ANSWERING,
    ("GET", "/can-bo/hop-thu/dong"): ANSWERING,
    ("GET", "/can-bo/hop-thu/mau"): ANSWERING,
    ("POST", "/can-bo/hop-thu/mau"): ANSWERING,
    ("POST", "/can-bo/hop-thu/mau/{reply_id:int}/xoa"): ANSWERING,
    ("GET", "/can-bo/hop-thu/{case_id:int}"): REVIEWERS,
    ("GET", "/can-bo/hop-thu/{case_id:int}/loi"): REVIEWERS,
    ("GET", "/can-bo/hop-thu/{case_id:int}/anh/{entry_id:int}"): REVIEWERS,
    ("POST", "/can-bo/hop-thu/{case_id:int}/co-mat"): REVIEWERS,
    ("POST", "/can-bo/hop-thu/{case_id:int}/{wanted:str}"): REVIEWERS,
    ("GET", "/can-bo/kien-thuc"): WRITERS,
    ("POST", "/can-bo/kien-thuc/cau-mau"): WRITERS,
    ("POST", "/can-bo/kien-thuc/bo-qua"): WRITERS,
    ("GET", "/can-bo/kien-thuc/bai"): WRITERS,
    ("GET", "/can-bo/kien-thuc/bai/{article_id:str}"): WRITERS,
    ("POST", "/can-bo/kien-thuc/bai/{article_id:str}/quay-lai"): DISTRICT,
    ("GET", "/can-bo/kien-thuc/soan"): WRITERS,
    ("POST", "/can-bo/kien-thuc/soan"): WRITERS,
    ("GET", "/can-bo/kien-thuc/soan/{article_id:str}"): WRITERS,
    ("POST", "/can-bo/kien-thuc/soan/{article_id:str}"): WRITERS,
    ("GET", "/can-bo/kien-thuc/thay-doi/{change_id:int}"): WRITERS,
    ("POST", "/can-bo/kien-thuc/thay-doi/{change_id:int}/thu"): WRITERS,
    ("POST", "/can-bo/kien-thuc/thay-doi/{change_id:int}/{wanted:str}"): WRITERS,
    ("GET", "/can-bo/so-ho"): HOUSEHOLDS,
    ("GET", "/can-bo/ho/{household_id:int}"): HOUSEHOLDS,
    ("POST", "/can-bo/ho/{household_id:int}/xem"): REVIEWERS,
    ("POST", "/can-bo/ho/{household_id:int}/go"): DISTRICT,
    ("GET", "/can-bo/ho/{household_id:int}/gan"): HOUSEHOLDS,
    ("POST", "/can-bo/ho/{household_id:int}/gan/ma"): HOUSEHOLDS,
    ("POST", "/can-bo/ho/{household_id:int}/gan/thay"): HOUSEHOLDS,
    ("POST", "/can-bo/ho/{household_id:int}/gan/go"): HOUSEHOLDS,
    ("GET", "/can-bo/quyen-loi-moi"): HOUSEHOLDS,
    ("POST", "/can-bo/quyen-loi-moi/{finding_id:int}"): HOUSEHOLDS,
    ("POST", "/can-bo/quyen-loi-moi/tai"): REVIEWERS,
    ("GET", "/can-bo/bao-cao/{report_id:int}/sua"): HOUSEHOLDS,
    ("POST", "/can-bo/bao-cao/{report_id:int}/sua"): HOUSEHOLDS,
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
    ("GET", "/can-bo/thong-ke"): ANSWERING,
    ("POST", "/can-bo/thong-ke/tai"): ANSWERING,
    ("GET", "/can-bo/tep/{media_id:str}"): SIGNED_IN,
    ("GET", "/can-bo/tin"): NEWS,
    ("GET", "/can-bo/tin/moi"): WRITERS,
    ("POST", "/can-bo/tin/moi"): WRITERS,
    ("GET", "/can-bo/tin/{news_id:int}"): NEWS,
    ("POST", "/can-bo/tin/{news_id:int}"): WRITERS,
    ("POST", "/can-bo/tin/{news_id:int}/{wanted:str}"): NEWS,
    ("GET", "/can-bo/thong-bao"): NEWS,
    ("GET", "/can-bo/thong-bao/moi"): WRITERS,
    ("POST", "/can-bo/thong-bao/moi"): WRITERS,
    ("POST", "/can-bo/thong-bao/dem"): WRITERS,
    ("GET", "/can-bo/thong-bao/thong-ke"): NEWS,
    ("POST", "/can-bo/thong-bao/thong-ke/tai"): NEWS,
    ("GET", "/can-bo/thong-bao/{broadcast_id:int}"): NEWS,
    ("POST", "/can-bo/thong-bao/{broadcast_id:int}/{wanted:str}"): NEWS,
    ("GET", "/can-bo/thong-bao/{broadcast_id:int}/sua"): WRITERS,
    ("POST", "/can-bo/thong-bao/{broadcast_id:int}/sua"): WRITERS,
    ("GET", "/can-bo/thong-bao/{broadcast_id:int}/tien-do"): NEWS,
    ("GET", "/can-bo/thong-bao/{broadcast_id:int}/ket-qua"): NEWS,
    ("POST", "/can-bo/thong-bao/{broadcast_id:int}/tai"): NEWS,
    ("GET", "/can-bo/doi-thoai"): NEWS,
    ("GET", "/can-bo/doi-thoai/moi"): WRITERS,
    ("POST", "/can-bo/doi-thoai/moi"): WRITERS,
    ("GET", "/can-bo/doi-thoai/{dialogue_id:int}"): NEWS,
    ("POST", "/can-bo/doi-thoai/{dialogue_id:int}"): WRITERS,
    ("POST", "/can-bo/doi-thoai/{dialogue_id:int}/{wanted:str}"): NEWS,
    ("GET", "/can-bo/de-cu"): HOUSEHOLDS,
    ("GET", "/can-bo/de-cu/moi"): HOUSEHOLDS,
    ("POST", "/can-bo/de-cu/moi"): HOUSEHOLDS,
    ("GET", "/can-bo/de-cu/danh-sach"): REVIEWERS,
    ("POST", "/can-bo/de-cu/danh-sach/tai"): REVIEWERS,
    ("GET", "/can-bo/de-cu/{nomination_id:int}"): HOUSEHOLDS,
    ("GET", "/can-bo/de-cu/{nomination_id:int}/sua"): HOUSEHOLDS,
    ("POST", "/can-bo/de-cu/{nomination_id:int}/sua"): HOUSEHOLDS,
    ("POST", "/can-bo/de-cu/{nomination_id:int}/{wanted:str}"): HOUSEHOLDS,
    ("POST", "/can-bo/de-cu/{nomination_id:int}/anh"): HOUSEHOLDS,
    ("GET", "/can-bo/de-cu/{nomination_id:int}/anh/{file_id:int}"): HOUSEHOLDS,
    ("POST", "/can-bo/de-cu/{nomination_id:int}/dong-y"): REVIEWERS,
    ("POST", "/can-bo/de-cu/{nomination_id:int}/bai"): REVIEWERS,
    ("POST", "/can-bo/de-cu/{nomination_id:int}/xoa"): REVIEWERS,
    ("POST", "/can-bo/doi-thoai/{dialogue_id:int}/nhom"): WRITERS,
    ("POST", "/can-bo/doi-thoai/{dialogue_id:int}/tra-loi/{group_id:int}"): WRITERS,
}

FOREIGN: Final = frozenset({"other_commune"})
"""Roles whose area does not hold the report and the household that the tests look at."""

OF_A_PLACE: Final = frozenset(
    route
    for route in ROUTES
    if any(one in route[1] for one in ("{report_id", "{household_id", "{case_id", "{nomination_id"))
)
"""Routes about one report, household or case: a role of another area may not use them."""
