"""The timeline of a drill, and the row that it ends in."""

import json
from functools import partial

from drills.harness import Figure, Row, Timeline, append


def planned(seed):
    timeline = Timeline(seed)
    played: list[str] = []
    timeline.spread("a", [partial(played.append, f"a{n}") for n in range(5)], start=0, end=0.05)
    timeline.spread("b", [partial(played.append, "b")] * 3, start=0.02, end=0.05)
    return timeline, played


def row(**changes):
    values = {
        "drill": "work",
        "n": 2,
        "seed": 1,
        "seconds": 1.5,
        "faults": {"worker killed": 1},
        "operations": 2,
        "lost": 0,
        "doubled": 0,
        "figures": {"slowest": Figure(1.0, "s")},
        "notes": "",
    }
    return Row(**{**values, **changes})


def test_the_same_seed_plans_the_same():
    (first, _), (second, _), (other, _) = planned(7), planned(7), planned(8)
    moments = [[event.at for event in timeline.events] for timeline in (first, second, other)]
    assert moments[0] == moments[1] != moments[2]


def test_every_event_is_played_in_the_order_of_its_time():
    timeline, played = planned(7)
    timeline.play(lambda seconds: None)
    assert timeline.done == {"a": 5, "b": 3}
    assert [name for name in played if name != "b"] == ["a0", "a1", "a2", "a3", "a4"]
    assert timeline.planned("b") == 3


def test_a_row_is_ok_only_when_nothing_is_lost_or_doubled_and_every_goal_reached():
    assert row().ok
    assert not row(lost=1).ok
    assert not row(doubled=1).ok
    assert not row(figures={"open": Figure(1, "work", 0, ok=False)}).ok


def test_a_row_is_one_line_of_the_agreed_form(tmp_path, capsys):
    rows = tmp_path / "var" / "drill.jsonl"
    append(row(), rows)
    append(row(lost=1), rows)
    first, second = map(json.loads, rows.read_text().splitlines())
    assert list(first) == [
        *("drill", "n", "seed", "seconds", "faults", "operations"),
        *("lost", "doubled", "figures", "notes", "ok"),
    ]
    assert first["figures"] == {"slowest": {"value": 1.0, "unit": "s", "goal": None, "ok": True}}
    assert (first["ok"], second["ok"]) == (True, False)
    assert capsys.readouterr().out.count("\n") == 2
