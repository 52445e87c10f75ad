"""A row says what acceptance asks for: exactly these keys, and which side is better."""

import json

import pytest

from benchmarks.rows import Row, append

KEYS = {
    "bench", "figure", "value", "unit", "peer", "peer_value", "ratio", "goal", "ok", "profile",
}  # fmt: skip


def row(**changes) -> Row:
    return Row(**{"bench": "b", "figure": "f", "value": 2.0, "unit": "s", **changes})


def test_a_line_has_exactly_the_agreed_keys(tmp_path):
    rows = tmp_path / "var" / "bench.jsonl"
    append(row(), rows)
    append(row(peer="other", peer_value=4.0, goal=1.0), rows)
    first, second = map(json.loads, rows.read_text().splitlines())
    assert set(first) == KEYS
    assert (first["ratio"], first["ok"]) == (None, True)
    assert (second["ratio"], second["ok"]) == (2.0, False)


@pytest.mark.parametrize(
    ("changes", "ratio", "ok"),
    [
        ({"peer_value": 1.0}, 0.5, True),
        ({"peer_value": 1.0, "more": True}, 2.0, True),
        ({"goal": 2.0}, None, True),
        ({"goal": 2.1, "more": True}, None, False),
        ({"value": 0.0, "peer_value": 1.0}, None, True),
    ],
)
def test_smaller_is_better_unless_said_otherwise(changes, ratio, ok):
    made = row(**changes)
    assert (made.ratio, made.ok) == (ratio, ok)
