"""A report for the lender: by a link that works once, in one login, for half an hour."""

import datetime as dt
import re
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.refusals import Refused
from accounts.selectors import identity
from creditquery.models import AccessLog, CreditQuery, Institution, ReportShare
from creditquery.selectors import shares as selectors
from creditquery.services import queries, reports, shares
from creditquery.states import ShareState
from creditquery.tests.answers import plain
from creditquery.tests.conftest import log_in
from creditquery.tests.lenders import browser_of, colleague, works_at
from evidence.models import Record
from portal.tests.racing import at_once

pytestmark = pytest.mark.django_db
SAMPLE = Path(reports.__file__).parents[1] / "report/samples/pboc_second_gen_small.xml"


@pytest.fixture
def finished(query: CreditQuery) -> CreditQuery:
    source = SAMPLE.read_bytes()
    reports.keep(query=query, number="1" * 22, source=source, now=timezone.now())
    values = {"state": "succeeded"}
    CreditQuery.objects.filter(pk=query.pk).update(**values)
    query.refresh_from_db()
    return query


@pytest.fixture
def reader(institution: Institution) -> User:
    return works_at(institution)


def offered(query: CreditQuery) -> str:
    """The path of a fresh link."""
    checked = identity(query.person)
    assert checked is not None
    token = shares.offer(
        query=query, identity=checked, language="en", signed_with="test", now=timezone.now()
    )
    return f"/en/lender/link/{token}/"


def later(**span: float) -> None:
    """As if the shares had been made so long ago."""
    moved = {}
    for name in ("offered_at", "expires_at", "opened_at", "reading_until"):
        value = getattr(ReportShare.objects.get(), name)
        moved[name] = value - dt.timedelta(**span) if value else None
    ReportShare.objects.update(**moved)


def test_from_the_consent_to_the_look_that_the_borrower_sees(
    browser: Client, finished: CreditQuery, reader: User
) -> None:
    address = f"/en/queries/{finished.request_no}/share/"
    page = browser.get(address).content.decode()
    assert "checked" not in page
    assert "Nobody but you." in page
    shown = browser.post(address, {"agree": "on"}).content.decode()
    found = re.search(r"http://\S+(/lender/link/[\w-]{32}/)", shown)
    assert found is not None
    lender = browser_of(reader)
    assert "uses the link up" in lender.get(f"/en{found[1]}").content.decode()
    assert ReportShare.objects.get().state == ShareState.OFFERED  # a look at it uses nothing up

    opened = lender.post(f"/en{found[1]}")
    report = lender.get(opened["Location"])
    assert (report.status_code, report["Cache-Control"]) == (
        200,
        "max-age=0, no-cache, no-store, must-revalidate, private",
    )
    assert '<article class="card report"' in report.content.decode()
    assert "report.pdf" not in report.content.decode()
    look = AccessLog.objects.get()
    assert (look.actor, look.action) == (reader, "viewed")
    assert look.purpose == f"{finished.loan.institution.name}: {finished.loan.reference}"
    page = browser.get(address).content.decode()
    assert f"{finished.loan.institution.name}, zhang" in page
    assert found[1] not in page  # shown once


def test_nothing_is_made_without_the_tick(browser: Client, finished: CreditQuery) -> None:
    page = browser.post(f"/en/queries/{finished.request_no}/share/", {"agree": ""})
    assert "Tick the box if you agree" in page.content.decode()
    assert not ReportShare.objects.exists()


def test_without_a_recent_code_nothing_is_signed(
    finished: CreditQuery, reader: User, client: Client
) -> None:
    stale = log_in(client, finished.person, code_age=dt.timedelta(minutes=11))
    answer = stale.post(f"/en/queries/{finished.request_no}/share/", {"agree": "on"})
    assert "/login/confirm/" in answer["Location"]
    assert not ReportShare.objects.exists()


def test_what_was_signed_is_kept_and_its_hash_is_evidence(
    finished: CreditQuery, reader: User
) -> None:
    offered(finished)
    share = ReportShare.objects.get()
    record = Record.objects.get(kind="creditquery.reportshare.offered")
    assert record.subject == finished.request_no
    assert record.body["sha256"] == share.sha256
    assert finished.loan.institution.name in share.document
    assert finished.person.id_number in share.document
    assert finished.person.id_number not in str(record.body)


def test_whoever_comes_second_finds_it_used(
    finished: CreditQuery, reader: User, institution: Institution
) -> None:
    link, first = offered(finished), browser_of(reader)
    place = first.post(link)["Location"]
    assert first.get(link)["Location"] == place  # the one who has it open gets back
    for late in (colleague(institution, "li"), browser_of(reader)):
        assert late.get(link).status_code == late.post(link).status_code == 410
        assert "The link has been used" in late.get(link).content.decode()
        assert late.get(place).status_code == 404
    assert AccessLog.objects.count() == 0


def test_another_lender_s_user_finds_nothing(finished: CreditQuery, reader: User) -> None:
    link = offered(finished)
    elsewhere = Institution.objects.create(name="近水银行", code="A10311000H0002")
    stranger = colleague(elsewhere, "li")
    theirs, none = stranger.get(link), stranger.get("/en/lender/link/nobodys/")
    assert theirs.status_code == stranger.post(link).status_code == 404
    token = link.split("/")[-2]
    assert plain(theirs).replace(token, "nobodys") == plain(none)
    place = browser_of(reader).post(link)["Location"]
    assert stranger.get(place).status_code == 404


def test_a_link_is_good_for_72_hours(finished: CreditQuery, reader: User) -> None:
    link, lender = offered(finished), browser_of(reader)
    later(hours=71.99)
    assert lender.get(link).status_code == 200
    later(hours=0.02)
    assert "The link is too old" in lender.post(link).content.decode()
    assert shares.end_due(now=timezone.now()) == 1
    assert ReportShare.objects.get().state == ShareState.OVER


def test_half_an_hour_after_the_opening_the_reading_ends(
    finished: CreditQuery, reader: User
) -> None:
    lender = browser_of(reader)
    place = lender.post(offered(finished))["Location"]
    later(minutes=29)
    assert lender.get(place).status_code == 200
    later(minutes=1)
    assert "The time for reading is over" in lender.get(place).content.decode()
    assert AccessLog.objects.count() == 1


def test_taken_back_in_the_midst_of_reading(
    browser: Client, finished: CreditQuery, reader: User
) -> None:
    lender = browser_of(reader)
    place = lender.post(offered(finished))["Location"]
    assert lender.get(place).status_code == 200
    share = ReportShare.objects.get()
    browser.post(f"/en/queries/{finished.request_no}/share/{share.pk}/revoke/")
    answer = lender.get(place)
    assert (answer.status_code, "taken the link back" in answer.content.decode()) == (410, True)


def test_a_new_link_is_the_only_one(finished: CreditQuery, reader: User) -> None:
    first, second = offered(finished), offered(finished)
    lender = browser_of(reader)
    assert lender.post(first).status_code == 410
    assert lender.post(second).status_code == 302


def test_with_the_consent_goes_the_report(finished: CreditQuery, reader: User) -> None:
    link, lender = offered(finished), browser_of(reader)
    queries.withdraw(query=finished, now=timezone.now())
    answer = lender.post(link)
    assert (answer.status_code, "no longer be read" in answer.content.decode()) == (410, True)


def test_a_link_that_nobody_could_open_is_not_made(browser: Client, finished: CreditQuery) -> None:
    page = browser.post(f"/en/queries/{finished.request_no}/share/", {"agree": "on"})
    assert "Nobody at the lender can open a link yet" in page.content.decode()
    assert not ReportShare.objects.exists()


def test_a_borrower_takes_back_the_own_only(
    finished: CreditQuery, reader: User, make_person: object
) -> None:
    offered(finished)
    share = ReportShare.objects.get()
    stranger = log_in(Client(), make_person("13800000099", "李四"))  # type: ignore[operator]
    address = f"/en/queries/{finished.request_no}/share/{share.pk}/revoke/"
    assert stranger.post(address).status_code == 404
    share.refresh_from_db()
    assert share.state == ShareState.OFFERED


def test_the_database_knows_one_live_link_a_query(finished: CreditQuery, reader: User) -> None:
    offered(finished)
    twin = ReportShare.objects.get()
    twin.pk, twin.token_hash = None, "x"
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save(force_insert=True)


@pytest.mark.django_db(transaction=True)
def test_of_many_who_open_at_once_one_does(
    finished: CreditQuery, reader: User, institution: Institution
) -> None:
    users = [reader, *(works_at(institution, f"u{place}") for place in range(7))]
    token = offered(finished).split("/")[-2]

    def press(place: int) -> bool:
        share = selectors.of_link(token)
        assert share is not None
        try:
            shares.use(share=share, user=users[place], session_hash=str(place), now=timezone.now())
        except Refused as refused:
            assert refused.code == "share-used"
            return False
        return True

    won = at_once(8, press)
    assert sum(won) == 1
    opened = ReportShare.objects.get()
    assert opened.opened_by == users[won.index(True)]
    assert Record.objects.filter(kind="creditquery.reportshare.opened").count() == 1
