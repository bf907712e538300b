"""No group under five can be read or computed: checked against every table that would look the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.analytics.hiding import LEAST, POOL, Published, publish

COLUMNS = ("x", "y", "z")
Table = dict[str, dict[str, int]]

_NUMBERS = st.one_of(st.integers(0, 7), st.integers(0, 30))
_TABLES = st.dictionaries(
    st.sampled_from(["a", "b", "c", POOL]), st.fixed_dictionaries(dict.fromkeys(COLUMNS, _NUMBERS)), max_size=4
)


def _splits(total: int, shown: list[int | None]) -> Iterator[tuple[int, ...]]:
    """Every row of figures from none on that has this sum and shows this."""
    hidden = shown.count(None)
    left = total - sum(each for each in shown if each is not None)
    for parts in product(range(left + 1), repeat=max(hidden - 1, 0)):
        rest = left - sum(parts)
        if rest < 0 or (hidden == 0 and rest):
            continue
        filled = iter((*parts, rest))
        yield tuple(next(filled) if each is None else each for each in shown)


def _reachable(table: Published) -> list[tuple[tuple[str, ...], list[set[int]]]]:
    """For each row and the sums: which values each figure takes in any table that looks like this one."""
    rows = sorted(table.rows)
    options = [list(_splits(table.row_sums[row], [table.rows[row][each] for each in COLUMNS])) for row in rows]
    # Forward and backward over the sums so far: no need to try all combinations of rows.
    wanted = [table.sums[each] for each in COLUMNS]
    before: list[set[tuple[int, ...]]] = [{(0,) * len(COLUMNS)}]
    for each in options:
        before.append({tuple(map(sum, zip(so_far, row, strict=True))) for so_far in before[-1] for row in each})
    good = {
        last for last in before[-1] if all(want is None or want == got for want, got in zip(wanted, last, strict=True))
    }
    sums = [{last[column] for last in good} for column in range(len(COLUMNS))]
    found: list[tuple[tuple[str, ...], list[set[int]]]] = [(("sum",), sums)]
    for index in reversed(range(len(rows))):
        values: list[set[int]] = [set() for _ in COLUMNS]
        earlier = set()
        for so_far in before[index]:
            for row in options[index]:
                if tuple(map(sum, zip(so_far, row, strict=True))) in good:
                    earlier.add(so_far)
                    for column, number in enumerate(row):
                        values[column].add(number)
        found.append(((rows[index],), values))
        good = earlier
    return found


def _truth(counts: Mapping[str, Mapping[str, int]], table: Published) -> Table:
    alone = {row for row in table.rows if row != POOL}
    truth: Table = {row: dict(counts[row]) for row in alone}
    truth[POOL] = {each: sum(counts[row][each] for row in counts if row not in alone) for each in COLUMNS}
    truth["sum"] = {each: sum(values[each] for values in counts.values()) for each in COLUMNS}
    return truth


@settings(max_examples=120, deadline=None)
@given(_TABLES)
def test_no_group_under_five_is_shown_or_can_be_computed(counts: Table) -> None:
    """Whoever knows every figure shown still finds two values for every group of one to four."""
    table = publish(counts, COLUMNS)
    if table is None:
        return
    truth = _truth(counts, table)
    for (name,), values in _reachable(table):
        shown = table.sums if name == "sum" else table.rows[name]
        for column, possible in zip(COLUMNS, values, strict=True):
            number = truth[name][column]
            assert number in possible
            assert shown[column] in (None, number)
            if number < LEAST:
                assert shown[column] is None
            if 0 < number < LEAST:
                assert len(possible) > 1, (counts, name, column)


@given(_TABLES)
def test_what_is_shown_adds_up_to_everything(counts: Table) -> None:
    """Rows and total are always there, and none of them is under five; less than five altogether shows nothing."""
    table = publish(counts, COLUMNS)
    total = sum(sum(values.values()) for values in counts.values())
    if table is None:
        assert total < LEAST
        return
    assert table.total == total == sum(table.row_sums.values())
    assert all(number >= LEAST for number in table.row_sums.values())


def test_one_small_group_takes_three_others_with_it() -> None:
    """Alone it would be its row's sum without the others; so its row and its column lose another figure each."""
    counts = {"a": {"x": 3, "y": 50, "z": 20}, "b": {"x": 30, "y": 60, "z": 9}, "c": {"x": 30, "y": 8, "z": 70}}
    table = publish(counts, COLUMNS)
    assert table is not None
    hidden = {(row, each) for row, values in table.rows.items() for each in COLUMNS if values[each] is None}
    assert hidden == {("a", "x"), ("a", "z"), ("b", "x"), ("b", "z")}
    assert table.sums == {"x": 63, "y": 118, "z": 99}


def test_large_groups_are_all_shown() -> None:
    """Nothing is hidden without need."""
    counts = {"a": {"x": 5, "y": 6, "z": 7}, "b": {"x": 8, "y": 9, "z": 10}}
    table = publish(counts, COLUMNS)
    assert table is not None
    assert {row: dict(values) for row, values in table.rows.items()} == counts


def test_small_places_are_counted_together() -> None:
    """Two communes with a few questions each are one row, together with what came from no known place."""
    counts = {"a": {"x": 2, "y": 1, "z": 0}, "b": {"x": 0, "y": 3, "z": 1}, "c": {"x": 9, "y": 9, "z": 9}}
    table = publish(counts, COLUMNS)
    assert table is not None
    assert dict(table.row_sums) == {POOL: 7, "c": 27}
