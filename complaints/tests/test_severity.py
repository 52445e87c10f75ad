"""From what was measured to a status, and pieces of time without overlap."""

import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.incident import severity
from complaints.incident.severity import Piece
from complaints.states.incidents import ComponentStatus, Impact
from complaints.tests.measured import at

OPERATIONAL, DEGRADED = ComponentStatus.OPERATIONAL, ComponentStatus.DEGRADED
PARTIAL, MAJOR = ComponentStatus.PARTIAL, ComponentStatus.MAJOR


@pytest.mark.parametrize(
    ("usable", "status"),
    [
        ({}, OPERATIONAL),
        ({"a.1": True, "b.1": True}, OPERATIONAL),
        ({"a.1": False, "a.2": True, "b.1": True}, DEGRADED),
        ({"a.1": False, "a.2": False, "b.1": True}, PARTIAL),
        ({"a.1": False, "b.1": False}, MAJOR),
        ({"a.1": False}, MAJOR),
    ],
)
def test_of_routes(usable: dict[str, bool], status: str) -> None:
    assert severity.of_routes(usable) == status


@pytest.mark.parametrize(
    ("failed", "total", "status"),
    [
        (0, 0, OPERATIONAL),
        (14, 100, OPERATIONAL),
        (15, 100, DEGRADED),
        (49, 100, DEGRADED),
        (50, 100, PARTIAL),
        (99, 100, PARTIAL),
        (100, 100, MAJOR),
    ],
)
def test_of_share(failed: int, total: int, status: str) -> None:
    assert severity.of_share(failed, total, degraded=15, partial=50) == status


def test_the_impact_is_that_of_the_worst() -> None:
    assert severity.impact([]) == Impact.NONE
    assert severity.impact([ComponentStatus.MAINTENANCE]) == Impact.NONE
    assert severity.impact([DEGRADED, PARTIAL, DEGRADED]) == Impact.MAJOR
    assert severity.impact([MAJOR, DEGRADED]) == Impact.CRITICAL


def test_where_pieces_overlap_the_worst_counts() -> None:
    given_ = [
        Piece(1, PARTIAL, at(0), at(10)),
        Piece(1, MAJOR, at(4), at(6)),
        Piece(1, PARTIAL, at(10), None),
        Piece(2, DEGRADED, at(5), at(7)),
    ]
    assert severity.flattened(given_) == [
        Piece(1, PARTIAL, at(0), at(4)),
        Piece(1, MAJOR, at(4), at(6)),
        Piece(1, PARTIAL, at(6), None),
        Piece(2, DEGRADED, at(5), at(7)),
    ]


SECOND = st.integers(0, 30)
PIECE = st.tuples(
    st.integers(1, 2), st.sampled_from([DEGRADED, PARTIAL, MAJOR]), SECOND, st.none() | SECOND
).filter(lambda p: p[3] is None or p[2] < p[3])
PIECES = st.lists(PIECE, max_size=6).map(
    lambda rows: [Piece(c, s, at(a), None if b is None else at(b)) for c, s, a, b in rows]
)


def status_at(pieces: list[Piece], component: int, moment: dt.datetime) -> str:
    covering = [
        p.status
        for p in pieces
        if p.component == component
        and p.starts_at <= moment
        and (p.ends_at is None or moment < p.ends_at)
    ]
    return severity.worst(covering)


@given(PIECES)
def test_flattening_changes_the_status_of_no_moment(pieces: list[Piece]) -> None:
    flat = severity.flattened(pieces)
    for component in (1, 2):
        for second in range(35):
            moment = at(second + 0.5)
            assert status_at(flat, component, moment) == status_at(pieces, component, moment)


@given(PIECES)
def test_flat_pieces_neither_overlap_nor_could_be_fewer(pieces: list[Piece]) -> None:
    flat = severity.flattened(pieces)
    for one, following in pairwise(flat):
        if one.component == following.component:
            assert one.ends_at is not None
            assert one.ends_at <= following.starts_at
            assert (one.ends_at, one.status) != (following.starts_at, following.status)
    assert severity.flattened(flat) == flat
