"""One outage from beginning to end, as it is met: by a borrower on a phone, with JavaScript and
without it, by officers and by the lender's user at their desks."""

import re
import time
from dataclasses import dataclass

from portal.tests.browser import desk
from portal.tests.browser.visitor import Visitor

WAITING, IN_DOUBT = "13800000003", "13800000006"
"""Both signed two hours ago and have no report: one is in the queue, one is asked for by number."""
TITLE = "征信查询再次中断"
COMPONENT = "征信查询"
FILE_MS = 60_000
TOLD_WITHIN_SECONDS = 90
"""What a message leads to is made first (notices.HEAD_START)."""


@dataclass
class HeldUp:
    """A borrower whom the outage holds up, and what the pages said of the loan."""

    phone: Visitor
    query: str
    lender: str = ""
    reference: str = ""


def test_an_outage_is_met_from_the_banner_to_the_complaint(
    portal, visit, known, officer, at_lender
):
    risk = visit(width=1280, state=officer("risk_officer"))
    incident = desk.open_incident(risk, COMPONENT, TITLE, hours_ago=3)
    assert incident.startswith("IN-")
    stranger = visit()
    stranger.until("/status/", f"article h3:has-text('{TITLE}')")
    stranger.assert_sound()

    people = []
    for phone, javascript in ((WAITING, True), (IN_DOUBT, False)):
        cookies, numbers = known(phone)
        visitor = visit(state=cookies, javascript=javascript)
        people.append(HeldUp(visitor, numbers["query"]))
    for person in people:
        read_the_guide(person)
        tell_the_lender(person)
        take_the_letter(person)
        ask_for_a_longer_deadline(person)
    for person in people:
        accept(visit(width=1280, state=at_lender(person.lender)), person.reference)

    desk.resolve(risk, incident)
    risk.until("/desk/compensation/", f"a[href$='/desk/compensation/propose/{incident}/']")
    desk.propose_compensation(risk, incident)
    desk.approve_compensation(visit(width=1280, state=officer("compliance_officer")), incident)
    for person in people:
        see_the_end(person)
        complain(person)
    give_up = time.monotonic() + TOLD_WITHIN_SECONDS
    while not any("服务中断" in message["text"] for message in portal.messages(WAITING)):
        assert time.monotonic() < give_up, "nobody told the borrower that it is over"
        time.sleep(1)


def read_the_guide(person: HeldUp) -> None:
    """The banner is there at once, the way to the guide as soon as it is known whom it touched."""
    banner = f".notice--bad:has-text('{TITLE}')"
    person.phone.until("/queries/", f"{banner} a[href$='/guide/']")
    person.phone.assert_sound()
    person.phone.page.click(f"{banner} a[href$='/guide/']")
    person.phone.assert_sound()
    person.phone.assert_chinese()
    assert TITLE in person.phone.page.inner_text("main .card")


def tell_the_lender(person: HeldUp) -> None:
    page = person.phone.page
    page.click("a[href$='/tell-lender/']")
    person.phone.assert_sound()
    facts = page.locator("dl.facts dd")
    person.lender = facts.nth(0).inner_text()
    person.reference = facts.nth(1).inner_text()
    with page.expect_navigation():
        page.click("main form .btn")
    person.phone.assert_sound()
    assert "您的告知已发送" in page.inner_text("main")


def take_the_letter(person: HeldUp) -> None:
    """Issued while the outage goes on; its file is made while one reads."""
    page = person.phone.open("/letters/")
    person.phone.assert_sound()
    with page.expect_navigation():
        page.click(f"section:has-text('{TITLE}') form button")
    page.wait_for_selector("a[href$='.pdf']", timeout=FILE_MS)
    person.phone.assert_sound()
    with page.expect_download() as coming:
        page.click("a[href$='.pdf']")
    assert coming.value.path().read_bytes().startswith(b"%PDF-")


def ask_for_a_longer_deadline(person: HeldUp) -> None:
    page = person.phone.open(f"/queries/{person.query}/guide/")
    page.click("a[href*='/extensions/ask/']")
    person.phone.assert_sound()
    with page.expect_navigation():
        page.click("main form .btn")
    assert re.search(r"/extensions/\d+/$", page.url)
    person.phone.assert_sound()
    assert "待贷款机构答复" in page.inner_text("main")


def accept(lender: Visitor, reference: str) -> None:
    page = lender.open("/lender/extensions/")
    lender.assert_sound()
    page.click(f"tbody th a:has-text('{reference}')")
    page.check("[name=decision][value=accept]")
    page.fill("[name=reason]", "同意，故障并非借款人原因。")
    with page.expect_navigation():
        page.click("main form .btn")
    lender.assert_sound()


def see_the_end(person: HeldUp) -> None:
    """The new deadline, and a sum worked out line by line, offered by itself."""
    page = person.phone.open("/extensions/")
    assert "已生效" in page.inner_text("main")
    person.phone.until("/compensation/", f"main .rows a:has-text('{TITLE}')")
    page.click(f"main .rows a:has-text('{TITLE}')")
    person.phone.assert_sound()
    assert "计算过程" in page.inner_text("main")
    assert re.search(r"¥\d+\.\d\d", page.inner_text("h1"))


def complain(person: HeldUp) -> None:
    page = person.phone.open(f"/queries/{person.query}/guide/")
    page.click("a[href*='/complaints/new/']")
    assert page.is_checked("[name=topic][value=outage]")
    page.fill("[name=text]", "中断三个小时，贷款审批因此推迟。")
    page.check("[name=wanted][value=explain]")
    with page.expect_navigation():
        page.locator("main form .btn").first.click()
    person.phone.assert_sound()
    with page.expect_navigation():
        page.click("main form .btn")
    person.phone.assert_sound()
    assert re.search(r"/complaints/TS-[0-9A-Z-]+/$", page.url)
    assert "各项时限" in page.inner_text("main")
