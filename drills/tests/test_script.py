"""The script of the outage day: who comes when, what happens when, and how much harm there is."""

import itertools
from collections import Counter

import pytest

from drills import script
from drills.harm import BEAT, CHILD, CUT, GROUP, POSTGRES, REDIS, STOPPED, UNDONE, Harm, Span
from drills.harness import Timeline


@pytest.mark.parametrize("n", [600, 2000, 120_000])
def test_everybody_comes_once_and_in_order(n):
    words = script.write(n)
    moments = words.arrivals()
    assert len(moments) == len(set(moments)) == n
    assert moments == sorted(moments)
    assert moments[-1] < words.recovery.end


@pytest.mark.parametrize("n", [600, 2000, 120_000])
def test_the_breaker_is_timed_at_five_a_second(n):
    moments = script.write(n).arrivals()
    timed = [at for at in moments if script.HANGING.start <= at < script.HARD_DOWN.end]
    assert len(timed) == 5 * (script.HARD_DOWN.end - script.HANGING.start)


def test_phases_follow_one_another_and_fill_the_day():
    words = script.write(2000)
    spans = [words.phase(name) for name in script.PHASES]
    assert (spans[0].start, spans[-1].end) == (words.day.start, words.day.end)
    for one, other in itertools.pairwise(spans):
        assert one.end == other.start
    down = words.phase(script.BOTH_DOWN)
    assert down.start < words.blind.start < words.blind.end < down.end


def test_a_full_day_has_all_the_harm_that_was_promised():
    promised = {GROUP: 50, CHILD: 50, REDIS: 20, POSTGRES: 5, BEAT: 5, STOPPED: 10, CUT: 10}
    assert script.write(120_000).harm == promised


def test_a_short_day_has_some_harm_of_every_kind():
    least = {GROUP: 4, CHILD: 4, REDIS: 2, POSTGRES: 1, BEAT: 1, STOPPED: 2, CUT: 2}
    assert script.write(600).harm == least


# --- Harm -----------------------------------------------------------------------------------


class Actor:
    def __init__(self, told, name):
        self.told, self.name = told, name

    def signal(self, number):
        self.told.append((self.name, number.name))


class Stage:
    """Notes what is done to it."""

    def __init__(self):
        self.told: list[tuple[str, str]] = []
        self.actors = {name: Actor(self.told, name) for name in ("one", "two")}

    def kill(self, name):
        self.told.append((name, "killed"))

    def kill_child(self, name, chance):
        self.told.append((name, "child killed"))

    def destroy_redis(self):
        self.told.append(("redis", "destroyed"))

    def crash_postgres(self):
        self.told.append(("postgres", "crashed"))

    def restart(self, name):
        self.told.append((name, "restarted"))


def harmed(count, seconds=0.4):
    stage, timeline = Stage(), Timeline(3)
    every = dict.fromkeys([GROUP, CHILD, BEAT, REDIS, POSTGRES, STOPPED, CUT], 0)
    Harm(stage, timeline).plan(
        {**every, **count},
        Span(0, seconds),
        threaded=["one"],
        forking=["two"],
        stop_seconds=0.1,
    )
    return stage, timeline


def test_each_kind_is_planned_as_often_as_asked_and_engines_come_back():
    _, timeline = harmed({GROUP: 3, CHILD: 2, REDIS: 2, POSTGRES: 1, BEAT: 1, STOPPED: 2})
    planned = Counter(event.kind for event in timeline.events)
    assert planned == {
        GROUP: 3,
        CHILD: 2,
        REDIS: 2,
        POSTGRES: 1,
        BEAT: 1,
        STOPPED: 2,
        UNDONE: 5,
    }


def test_an_engine_is_back_before_it_is_harmed_again():
    _, timeline = harmed({REDIS: 5}, seconds=50)
    moments = sorted((event.at, event.kind) for event in timeline.events)
    assert [kind for _, kind in moments] == [REDIS, UNDONE] * 5


def test_a_stopped_worker_goes_on_and_is_not_killed_meanwhile():
    stage, timeline = harmed({GROUP: 20, STOPPED: 1})
    timeline.play(lambda seconds: None)
    stopped, went_on = stage.told.index(("one", "SIGSTOP")), stage.told.index(("one", "SIGCONT"))
    assert stopped < went_on
    assert ("one", "killed") not in stage.told[stopped:went_on]
    assert ("two", "killed") in stage.told
