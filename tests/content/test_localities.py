"""Who is who: the area tree, the way from old names to today's wards, and who answers for what."""

from __future__ import annotations

from datetime import date
from typing import Final

import pytest

from content.articles import Library
from content.localities import LOWEST_KINDS, Locality
from content.text import plain
from content.words import Words
from rules.parameters import Parameters
from tests.content.conftest import SLUGS

TODAY: Final = date(2026, 11, 24)
PLAN: Final = date(2023, 6, 1)
# NQ 1674/NQ-UBTVQH15: the ward that holds each of the 18 units of 2023 since 2025-07-01.
WARDS: Final = {
    "phường Kim Bảng": ("thị trấn Quế", "xã Ngọc Sơn", "xã Văn Xá"),
    "phường Lê Hồ": ("xã Đại Cương", "xã Lê Hồ", "xã Đồng Hóa"),
    "phường Nguyễn Úy": ("xã Nguyễn Úy", "xã Tượng Lĩnh", "xã Tân Sơn"),
    "phường Kim Thanh": ("xã Nhật Tựu", "xã Nhật Tân", "xã Hoàng Tây"),
    "phường Tam Chúc": ("thị trấn Ba Sao", "xã Khả Phong", "xã Thụy Lôi"),
    "phường Lý Thường Kiệt": ("xã Thi Sơn", "xã Liên Sơn", "xã Thanh Sơn"),
}
WARD_OF: Final = {unit: ward for ward, units in WARDS.items() for unit in units}
CODES: Final = {
    "thị trấn Quế": "13384",
    "xã Ngọc Sơn": "13423",
    "xã Văn Xá": "13417",
    "xã Đại Cương": "13390",
    "xã Lê Hồ": "13393",
    "xã Đồng Hóa": "13405",
    "xã Nguyễn Úy": "13387",
    "xã Tượng Lĩnh": "13396",
    "xã Tân Sơn": "13411",
    "xã Nhật Tựu": "13399",
    "xã Nhật Tân": "13402",
    "xã Hoàng Tây": "13408",
    "thị trấn Ba Sao": "13429",
    "xã Khả Phong": "13420",
    "xã Thụy Lôi": "13414",
    "xã Thi Sơn": "13435",
    "xã Liên Sơn": "13432",
    "xã Thanh Sơn": "13438",
}
WARD_CODES: Final = {
    "phường Kim Bảng": "13384",
    "phường Lê Hồ": "13393",
    "phường Nguyễn Úy": "13396",
    "phường Kim Thanh": "13402",
    "phường Tam Chúc": "13420",
    "phường Lý Thường Kiệt": "13435",
}
VARIANTS: Final = {
    "Nguyễn Uý": "phường Nguyễn Úy",
    "nguyen uy": "phường Nguyễn Úy",
    "Thuỵ Lôi": "phường Tam Chúc",
    "xã Đồng Hoá": "phường Lê Hồ",
    "Lan Quế": "phường Kim Bảng",
    "kha phong": "phường Tam Chúc",
    "Tân Tựu": "phường Kim Thanh",
    "tôi ở xã Thụy Lôi": "phường Tam Chúc",
    "nhà cháu ở Lê Hồ ạ": "phường Lê Hồ",
}


@pytest.fixture
def today(places: dict[str, Locality]) -> Locality:
    return places["kim-bang-2026"]


@pytest.fixture
def plan(places: dict[str, Locality]) -> Locality:
    return places["kim-bang-2023"]


def _wards(today: Locality, said: str) -> set[str]:
    return {ward.name for unit in today.areas_named(said) for ward in today.today_of(unit, TODAY)}


def test_the_plans_district_has_its_18_units(plan: Locality) -> None:
    """2 townships and 16 communes with the codes of 2023; only the townships are urban."""
    units = [area for area in plan.areas.values() if area.kind in LOWEST_KINDS and area.exists(PLAN)]
    assert {area.name: area.code for area in units} == CODES
    assert {area.name for area in units if not area.rural} == {"thị trấn Quế", "thị trấn Ba Sao"}


def test_today_there_are_six_urban_wards_and_no_district(today: Locality) -> None:
    """And nothing between them and the province."""
    now = [area for area in today.areas.values() if area.exists(TODAY)]
    assert {area.name: area.code for area in now if area.kind == "ward"} == WARD_CODES
    assert not any(area.rural for area in now if area.kind == "ward")
    assert {area.kind for area in now} == {"ward", "province"}


@pytest.mark.parametrize("name", sorted(WARD_OF))
@pytest.mark.parametrize("spelling", ["as written", "without accents", "without its kind"])
def test_an_old_name_leads_to_todays_ward(today: Locality, name: str, spelling: str) -> None:
    """However it is typed."""
    said = {
        "as written": name,
        "without accents": plain(name),
        "without its kind": name.removeprefix("xã ").removeprefix("thị trấn "),
    }[spelling]
    assert _wards(today, said) == {WARD_OF[name]}


@pytest.mark.parametrize(("said", "ward"), VARIANTS.items())
def test_other_spellings_and_sentences_lead_there_too(today: Locality, said: str, ward: str) -> None:
    """Both ways to place the tone mark, other names, and a name within a sentence."""
    assert _wards(today, said) == {ward}


def test_plain_kim_bang_names_all_of_them(today: Locality) -> None:
    """It was the district's name first: who says no more is asked which ward."""
    assert _wards(today, "tôi ở Kim Bảng") == set(WARDS)
    assert _wards(today, "phường Kim Bảng") == {"phường Kim Bảng"}


@pytest.mark.parametrize("said", ["tôi về quê", "vay vốn ở xã Lê Hồ được bao nhiêu", "", "chào cháu"])
def test_a_message_that_says_more_or_nothing_names_no_place(today: Locality, said: str) -> None:
    """A question that mentions a place is a question."""
    assert _wards(today, said) == set()


@pytest.mark.parametrize("slug", SLUGS)
def test_every_parent_is_there_on_its_childs_first_day(places: dict[str, Locality], slug: str) -> None:
    """No unit hangs in the air, and none is its own ancestor."""
    areas = places[slug].areas
    for area in areas.values():
        seen = [area.key]
        above = area.parent
        while above is not None:
            assert above not in seen
            seen.append(above)
            parent = areas[above]
            assert parent.exists(area.start), (area.key, above)
            assert parent.end is None or (area.end is not None and area.end <= parent.end), (area.key, above)
            above = parent.parent


@pytest.mark.parametrize("slug", SLUGS)
def test_what_ended_has_successors_that_begin_where_it_ended(places: dict[str, Locality], slug: str) -> None:
    """The successors of the plan's frame live in today's."""
    known = {**places["kim-bang-2026"].areas, **places[slug].areas}
    for area in places[slug].areas.values():
        assert (area.end is None) == (not area.successors), area.key
        assert area.end is None or area.start < area.end
        for key in area.successors:
            assert known[key].exists(area.end), (area.key, key)  # type: ignore[arg-type]  # it has ended, see above


def test_the_same_unit_is_the_same_in_both_frames(plan: Locality, today: Locality) -> None:
    """A key that stands in both files means one thing."""
    shared = set(plan.areas) & set(today.areas)
    assert len(shared) >= 20
    for key in shared:
        assert plan.areas[key] == today.areas[key]


@pytest.mark.parametrize("slug", SLUGS)
def test_a_name_means_one_unit_a_day(places: dict[str, Locality], slug: str) -> None:
    """Two units of one day with the same name or alias could not be told apart."""
    units = [area for area in places[slug].areas.values() if area.kind in LOWEST_KINDS]
    for day in {area.start for area in units}:
        owner: dict[str, str] = {}
        for area in units:
            for name in {plain(each) for each in (area.name, *area.aliases)} if area.exists(day) else ():
                assert owner.setdefault(name, area.key) == area.key, (day, name)


@pytest.mark.parametrize("slug", SLUGS)
def test_every_article_has_exactly_one_office(places: dict[str, Locality], slug: str, library: Library) -> None:
    """And no office answers for a subject that does not exist."""
    answered = [article for office in places[slug].offices for article in office.articles]
    assert sorted(answered) == sorted(article.id for article in library)


@pytest.mark.parametrize("slug", SLUGS)
def test_every_place_has_the_same_roles(places: dict[str, Locality], slug: str) -> None:
    """Texts name offices by role: each role exists everywhere."""
    assert {office.role for office in places[slug].offices} == {office.role for office in places[SLUGS[0]].offices}


@pytest.mark.parametrize("slug", SLUGS)
def test_no_place_shows_an_address_that_nobody_confirmed(places: dict[str, Locality], slug: str) -> None:
    """None was found; an address typed here needs its source first."""
    assert not any(office.address or office.hours for office in places[slug].offices)


@pytest.mark.parametrize("slug", SLUGS)
def test_targets_and_statistics_name_known_figures(places: dict[str, Locality], slug: str, figures: Parameters) -> None:
    """By parameter, or with value, unit and source."""
    about = places[slug].about
    for entry in (*about.targets, *about.statistics):
        assert entry["key"]
        assert entry["words"]
        if "parameter" in entry:
            assert entry["parameter"] in figures, entry
        else:
            assert {"value", "unit", "source"} <= set(entry)


def test_the_route_of_a_report_is_the_frames_own(plan: Locality, today: Locality) -> None:
    """Three levels in the plan, two today."""
    assert [(step.level, step.does) for step in plan.about.review_route] == [
        ("village", "report"),
        ("commune", "check"),
        ("district", "decide"),
    ]
    assert [(step.level, step.does) for step in today.about.review_route] == [
        ("village", "report"),
        ("commune", "decide"),
    ]


def test_names_of_places_are_not_translated_by_accident(
    places: dict[str, Locality], languages: dict[str, Words]
) -> None:
    """A catalogue may translate them, but never into nothing."""
    for place in places.values():
        for office in place.offices:
            assert all(words.translate(office.name).strip() for words in languages.values())
