"""What a machine read, as an officer meets it: said to fit only where something does."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from creditquery.models import CreditQuery
from creditquery.report.samples import JSON
from creditquery.services import reports
from portal.reading.hints import Hint, HintKind
from portal.reading.lines import Box
from portal.reading.read import Reading, to_json
from portal.reading.statements import Summary
from reviews.models import ReviewTask
from reviews.selectors import differences
from reviews.tests.officers import officer, paper, reading, submitted
from reviews.tests.test_desk_pages import at, enter, text

pytestmark = pytest.mark.django_db
FITS = "What was read fits the borrower."
NAMES_NOBODY = "Nothing was read that names the borrower."


def read_as(*hints: tuple[str, str, str], **more: Any) -> Reading:
    box = Box(0, 0, 1, 1)
    return Reading(
        lines=(),
        hints=tuple(
            Hint(HintKind(kind), value, 1, box, 0.9, "ocr", check) for kind, value, check in hints
        ),
        rows=(),
        summary=Summary((), (), (), ()),
        engine="test",
        seconds=0.1,
        **more,
    )


def case(task: ReviewTask, found: Reading, now: dt.datetime, desk: Client) -> str:
    reading(paper(task, now), to_json(found), now)
    return text(desk.get(at(task)))


@pytest.fixture
def task(query: CreditQuery, now: dt.datetime) -> ReviewTask:
    return submitted(query, now)


@pytest.fixture
def desk() -> Client:
    return enter(officer())


def test_what_names_nobody_is_not_said_to_fit(
    task: ReviewTask, now: dt.datetime, desk: Client
) -> None:
    page = case(task, read_as(("month", "2026-09", "")), now, desk)
    assert NAMES_NOBODY in page
    assert FITS not in page


def test_a_name_that_is_the_borrowers_fits(
    task: ReviewTask, now: dt.datetime, desk: Client
) -> None:
    page = case(task, read_as(("name", "王小二", "matches")), now, desk)
    assert FITS in page
    assert NAMES_NOBODY not in page
    assert "王小二" not in page


@pytest.mark.parametrize(
    ("check", "words"),
    [("invalid", "no such number can exist"), ("differs", "differs from the borrower")],
)
def test_one_number_that_is_forged_outweighs_a_name_that_matches(
    task: ReviewTask, now: dt.datetime, desk: Client, check: str, words: str
) -> None:
    forged = ("id_number", "110105194912310021", check)
    page = case(task, read_as(("name", "王小二", "matches"), forged), now, desk)
    assert words in page
    assert FITS not in page


def test_pages_that_were_not_read_or_say_what_their_picture_does_not_are_named(
    task: ReviewTask, now: dt.datetime, desk: Client
) -> None:
    page = case(task, read_as(unread=(2, 5), doubtful=(3,)), now, desk)
    assert "Not read, only pictures: page 2, 5" in page
    assert "Text with figures that the picture does not show: page 3" in page


def test_what_an_older_release_read_is_passed_over(
    task: ReviewTask, query: CreditQuery, now: dt.datetime, desk: Client
) -> None:
    reading(paper(task, now), {"hints": [{"unknown": 1}]}, now)
    reports.keep(query=query, number="1" * 22, source=JSON, now=now)
    assert "Nothing has been read in it yet." in text(desk.get(at(task)))
    assert {each.in_documents for each in differences.of_task(task)} == {()}
