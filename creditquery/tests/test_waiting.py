"""What a borrower who waits is told: the place, when the turn may come, and why it waits."""

import datetime as dt
from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from django.utils import translation

from creditquery import words
from creditquery.models import CreditQuery
from creditquery.selectors import waiting
from creditquery.selectors.queries import progress
from creditquery.selectors.waiting import Survey
from creditquery.states import QueryState
from creditquery.tests.crowd import NOW, crowd
from portal.work.states import Priority

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)
Say = Callable[..., None]


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def survey(monkeypatch: pytest.MonkeyPatch) -> Say:
    """Says what the last survey found; until then no route is in use and nothing is planned."""

    def say(**found: object) -> None:
        known = {"milestones": waiting._milestones(), "pace": 0.0, "in_use": False}
        made = Survey(**{**known, "maintenance_until": None, **found})  # type: ignore[arg-type]
        monkeypatch.setattr(waiting, "survey", lambda now: made)

    say()
    return say


def places(rows: list[CreditQuery]) -> list[int]:
    told = [progress(row, NOW).place for row in rows]
    return [place for place in told if place is not None]


def message(query: CreditQuery) -> str:
    return str(progress(query, NOW).words.message)


# --- The place ------------------------------------------------------------------------------


def test_who_came_first_goes_first(survey: Say) -> None:
    assert places(crowd(4)) == [0, 1, 2, 3]


def test_the_urgent_go_before_those_who_came_before(survey: Say) -> None:
    early = crowd(2)
    urgent = crowd(2, priority=Priority.URGENT, first=NOW + HOUR)
    assert places([*early, *urgent]) == [2, 3, 0, 1]


def test_the_queue_goes_before_the_parked(survey: Say) -> None:
    parked = crowd(2)
    queued = crowd(3, state="queued", first=NOW + HOUR)
    assert places(queued) == [0, 1, 2]
    assert places(parked) == [3, 4]


def test_of_one_moment_the_older_row_goes_first(survey: Say) -> None:
    rows = crowd(3)
    CreditQuery.objects.update(queued_at=NOW)
    assert places(list(CreditQuery.objects.order_by("pk"))) == [0, 1, 2]
    assert len(rows) == 3


def test_far_back_the_place_is_read_off_the_milestones(survey: Say) -> None:
    rows = crowd(950)
    survey()
    told = places(rows)
    assert told[: waiting.EXACT + 1] == list(range(waiting.EXACT + 1))
    assert max(abs(place - true) for true, place in enumerate(told)) < waiting.STEP
    assert told == sorted(told)


@pytest.mark.parametrize("state", sorted(set(QueryState) - {"queued", "parked"}))
def test_only_who_waits_for_a_turn_has_a_place(survey: Say, state: str) -> None:
    (query,) = crowd(1)
    query.state = state
    assert progress(query, NOW).place is None


# --- When -----------------------------------------------------------------------------------


def test_the_turn_comes_by_the_present_pace(survey: Say) -> None:
    rows = crowd(60)
    survey(in_use=True, pace=0.5)
    assert progress(rows[59], NOW).eta == NOW + dt.timedelta(seconds=120)


@pytest.mark.parametrize("found", [{"in_use": False, "pace": 0.5}, {"in_use": True, "pace": 0.0}])
def test_without_a_route_or_a_pace_nobody_knows_when(survey: Say, found: dict[str, object]) -> None:
    rows = crowd(3)
    survey(**found)
    assert progress(rows[2], NOW).eta is None


def test_nobody_knows_when_while_a_person_holds_the_backlog_back(survey: Say) -> None:
    (parked,), (queued,) = crowd(1), crowd(1, state="queued")
    survey(in_use=True, pace=0.5, held_back=True)
    assert progress(parked, NOW).eta is None
    assert progress(queued, NOW).eta is not None


def test_the_pace_is_that_of_the_last_minutes() -> None:
    rows = crowd(40, state="succeeded")
    for seconds, row in enumerate(rows[:20]):
        row.changed_at = NOW - dt.timedelta(seconds=seconds + 1)
    for row in rows[20:]:
        row.changed_at = NOW - HOUR
    CreditQuery.objects.bulk_update(rows, ["changed_at"])
    assert waiting.pace(NOW) == 1.0
    assert waiting.pace(NOW + HOUR) == 0.0


# --- Words ----------------------------------------------------------------------------------


def test_when_every_way_is_down_nobody_is_given_a_time(survey: Say) -> None:
    (query,) = crowd(1)
    assert "nobody can say yet for how long" in message(query)
    assert progress(query, NOW).eta is None


def test_planned_maintenance_has_an_end(survey: Say) -> None:
    (query,) = crowd(1)
    survey(maintenance_until=NOW + HOUR)
    assert "planned maintenance at the bureau until about" in message(query)
    assert "18:00" in message(query)  # Beijing time


def test_the_place_is_told_while_every_way_is_down(survey: Say) -> None:
    rows = crowd(3)
    assert message(rows[0]).endswith("Yours is the next one.")
    assert message(rows[2]).endswith("2 queries are before yours.")
    survey(maintenance_until=NOW + HOUR)
    assert message(rows[2]).endswith("2 queries are before yours.")


def test_a_backlog_that_is_held_back_is_not_said_to_go_on(survey: Say) -> None:
    (query,) = crowd(1)
    survey(in_use=True, pace=1.0, held_back=True)
    assert message(query).startswith("Queries that waited for the bureau go on a little later.")


def test_while_the_backlog_is_drained_place_and_wait_are_told(survey: Say) -> None:
    rows = crowd(130)
    survey(in_use=True, pace=0.1)
    assert message(rows[0]).endswith("Yours is the next one. Your turn comes within a minute.")
    assert message(rows[1]).endswith("1 query is before yours. Your turn comes within a minute.")
    assert message(rows[129]).endswith(
        "About 130 queries are before yours. Your turn comes in about 20 minutes."
    )


def test_what_may_have_been_made_is_asked_about_and_says_so(survey: Say) -> None:
    (query,) = crowd(1, bound_to="bank")
    assert message(query).startswith("The bureau may have received your query already.")


@pytest.mark.parametrize(
    ("number", "told"),
    [(0, 0), (20, 20), (21, 20), (87, 85), (129, 130), (1234, 1200), (119_999, 120_000)],
)
def test_a_big_number_is_told_in_two_digits(number: int, told: int) -> None:
    assert words.rounded(number) == told


@pytest.mark.parametrize(("waited", "seconds"), [(0, 5), (30, 5), (3600, 15)])
def test_without_the_script_a_long_wait_is_reloaded_seldom(
    survey: Say, waited: int, seconds: int
) -> None:
    (query,) = crowd(1)
    assert progress(query, NOW + dt.timedelta(seconds=waited)).reload_seconds == seconds


def test_page_and_progress_json_say_the_same(browser: Client, query: CreditQuery) -> None:
    CreditQuery.objects.filter(pk=query.pk).update(state=QueryState.PARKED)
    waiting.forget()
    told = browser.get(f"/en/queries/{query.request_no}/progress.json").json()
    page = browser.get(f"/en/queries/{query.request_no}/").content.decode()
    assert told["message"] in page
    assert told["place"] == 0
    waiting.forget()


# --- The survey -----------------------------------------------------------------------------


def test_a_survey_is_made_once_in_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    made = []

    def make(now: dt.datetime) -> Survey:
        made.append(now)
        return Survey((), 0.0, True, None)

    monkeypatch.setattr(waiting, "_survey", make)
    waiting.forget()
    for _ in range(5):
        known = waiting.survey(NOW)
    assert len(made) == 1
    monkeypatch.setattr(waiting, "_kept", (0.0, known))
    waiting.survey(NOW)
    assert len(made) == 2
    waiting.forget()
