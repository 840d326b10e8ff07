"""Who takes what of a memory: that it adds up, and how sizes are told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.roles import Role
from tests.ui.panels import T4_TOTAL
from ui import shares
from ui.memory import widths
from ui.shares import Claim, split

SIZES = st.integers(min_value=0, max_value=10**12)
CLAIMS = st.lists(
    st.tuples(st.sampled_from([role.value for role in Role]), SIZES, SIZES), max_size=5, unique_by=lambda row: row[0]
).map(lambda rows: [Claim(*row) for row in rows])


@given(total=SIZES, free=SIZES, ours=st.none() | SIZES, claims=CLAIMS)
def test_shares_add_up_to_the_byte(total: int, free: int, ours: int | None, claims: list[Claim]) -> None:
    shown = split(total, free, ours, claims)
    parts = [size for _, size in shown.parts]
    assert sum(parts) == shown.total == total
    assert min(parts) >= 0
    assert shown.parley + shown.others == shown.used
    loaded = sum(claim.took for claim in claims)
    assert shown.parley == min(loaded if ours is None else ours, total)
    if loaded <= shown.parley:
        assert [size for _, size in shown.roles] == [claim.took for claim in claims if claim.took]
    if shown.parley <= total - free:
        assert shown.free == min(free, total)


@given(total=SIZES, free=SIZES, ours=SIZES, claims=CLAIMS)
def test_roles_share_what_parley_has_left_in_proportion(total: int, free: int, ours: int, claims: list[Claim]) -> None:
    shown = split(total, free, ours, claims)
    loaded = sum(claim.took for claim in claims)
    if loaded > shown.parley:
        assert shown.rest == 0
        got = dict(shown.roles)
        for claim in claims:
            assert abs(got.get(claim.role, 0) * loaded - claim.took * shown.parley) <= loaded


@given(
    sizes=st.lists(st.integers(min_value=0, max_value=10**11), min_size=1, max_size=8),
    room=st.floats(min_value=100, max_value=4000),
)
def test_no_part_is_drawn_invisible_and_all_fit(sizes: list[int], room: float) -> None:
    drawn = widths(sizes, sum(sizes), room)
    assert sum(drawn) <= room + 0.01
    if sum(sizes):
        assert all(width >= 2 for width, size in zip(drawn, sizes, strict=True) if size)
        assert sum(drawn) == pytest.approx(room)


@pytest.mark.parametrize(
    ("size", "told", "exact"),
    [
        (0, "0 MB", "0.0 MB (0.0 MiB)"),
        (181_200_000, "181 MB", "181.2 MB (172.8 MiB)"),
        (999_400_000, "999 MB", "999.4 MB (953.1 MiB)"),
        (999_600_000, "1.0 GB", "999.6 MB (953.3 MiB)"),
        (9_837_215_744, "9.8 GB", "9.837 GB (9.162 GiB)"),
        (T4_TOTAL, "16.1 GB", "16.106 GB (15.000 GiB)"),
    ],
)
def test_sizes_are_told_in_decimal_units(size: int, told: str, exact: str) -> None:
    assert (shares.amount(size), shares.exact(size)) == (told, exact)
