"""The progress page while the bureau is slow: it says so by itself, and survives being closed."""

import re

import pytest
from playwright.sync_api import expect

from portal.tests.browser import journey
from portal.tests.browser.borrower import Borrower
from portal.tests.browser.people import new_person

KEPT = re.compile("恢复后会自动继续|按受理编号核实结果")


@pytest.fixture
def slow_bureau(portal):
    """Every answer comes some seconds late."""
    portal.fault("pboc", "slow")
    yield
    portal.fault("pboc", "ok")


@pytest.fixture
def borrower(portal):
    """Somebody who has only to agree."""
    somebody = Borrower(portal, new_person())
    somebody.log_in()
    somebody.prove_name()
    somebody.enter_loan("DK-2026-0003")
    return somebody


def test_it_goes_on_by_itself_and_by_script_alone(slow_bureau, borrower, visit):
    visitor = visit(state=borrower.state())
    asked, loaded = [], []
    visitor.page.on("request", lambda request: asked.append(request.url))
    visitor.open("/queries/new/")
    request_no = journey.agree(visitor)
    visitor.page.on("load", lambda page: loaded.append(page.url))
    visitor.assert_sound()
    assert visitor.page.locator(".steps [aria-current=step]").count() == 1
    assert visitor.page.inner_text("[role=status][data-live]")
    journey.wait_for_report(visitor, request_no)
    polls = [url for url in asked if url.endswith("/progress.json")]
    assert 2 <= len(polls) <= 20
    assert len(loaded) <= 3  # the end of the wait, and the report


def test_it_may_be_closed_and_opened_again(portal, slow_bureau, borrower, visit):
    visitor = visit(state=borrower.state())
    visitor.open("/queries/new/")
    request_no = journey.agree(visitor)
    visitor.page.goto("about:blank")
    again = visit(state=borrower.state(), javascript=False)
    again.open(f"/queries/{request_no}/")
    expect(again.page.locator(".facts .code")).to_have_text(request_no)
    journey.wait_for_report(again, request_no)
    assert len(portal.inquiries(request_no)) == 1


def test_a_bureau_that_does_not_answer_is_named_in_words(portal, borrower, visit):
    portal.fault("pboc", "refuse")
    try:
        visitor = visit(state=borrower.state())
        visitor.open("/queries/new/")
        request_no = journey.agree(visitor)
        expect(visitor.page.locator("main")).to_contain_text(KEPT, timeout=60_000)
        assert portal.inquiries(request_no) == []
        visitor.assert_sound()
    finally:
        portal.fault("pboc", "ok")
