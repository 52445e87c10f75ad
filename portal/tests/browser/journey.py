"""The steps of a borrower's way, each from page to page; the tests put them together."""

import base64
import datetime as dt
import io

import pikepdf
from django_otp.oath import totp
from playwright.sync_api import Page, expect

from portal.tests.browser.people import Person
from portal.tests.browser.running import Portal
from portal.tests.browser.visitor import Visitor

PASSWORD = "correct horse 42"
SUBMIT = "main form button.btn:not(.btn--link)"
PATIENCE_MS = 60_000
STEP_SECONDS = 30


def submit(page: Page) -> None:
    """Press the form's button and wait for the page that answers, be it the same one."""
    with page.expect_navigation():
        page.locator(SUBMIT).first.click()


def ask_for_code(visitor: Visitor, phone: str) -> None:
    page = visitor.open("/login/")
    page.fill("[name=phone]", phone)
    submit(page)
    page.wait_for_url("**/login/code/")


def log_in(portal: Portal, visitor: Visitor, phone: str) -> None:
    before = len(portal.messages(phone))
    ask_for_code(visitor, phone)
    visitor.page.fill("[name=code]", portal.code(phone, after=before))
    submit(visitor.page)
    visitor.page.wait_for_url("**/queries/")


def prove_name(visitor: Visitor, person: Person) -> None:
    """From the real-name page to the page that it stood before."""
    page = visitor.page
    page.fill("[name=name]", person.name)
    page.fill("[name=id_number]", person.id_number)
    submit(page)
    page.wait_for_url("**/queries/**", timeout=PATIENCE_MS)


def enter_loan(visitor: Visitor, reference: str) -> None:
    page = visitor.page
    page.select_option("[name=institution]", index=1)
    page.fill("[name=reference]", reference)
    page.fill("[name=amount]", "２００，０００")
    page.fill("[name=annual_rate]", "3.95")
    page.fill("[name=term_months]", "36")
    deadline = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=14)
    page.fill("[name=decision_deadline]", deadline.isoformat())
    submit(page)
    page.wait_for_url("**/queries/new/**")


def agree(visitor: Visitor) -> str:
    """Ticks the box, signs, and gives the request number of the query."""
    page = visitor.page
    assert not page.is_checked("[name=agree]")
    page.check("[name=agree]")
    submit(page)
    page.wait_for_url(lambda url: url.rstrip("/").split("/")[-1].isupper() or url[-25:-1].isdigit())
    return page.url.rstrip("/").split("/")[-1]


def wait_for_report(visitor: Visitor, request_no: str) -> None:
    """The progress page becomes the one that leads to the report, by itself."""
    link = visitor.page.locator(f'a[href$="{request_no}/report/"]')
    expect(link).to_be_visible(timeout=PATIENCE_MS)
    link.click()
    visitor.page.wait_for_url("**/report/")


def order_pdf(visitor: Visitor, password: str = PASSWORD) -> None:
    page = visitor.page
    page.fill("[name=password]", password)
    submit(page)
    expect(page.locator('a[href$="report.pdf"]')).to_be_visible(timeout=PATIENCE_MS)


def download_pdf(visitor: Visitor) -> bytes:
    with visitor.page.expect_download() as coming:
        visitor.page.click('a[href$="report.pdf"]')
    return coming.value.path().read_bytes()


def pages_of(pdf: bytes, password: str) -> int:
    """How many pages open with this password; raises pikepdf.PasswordError."""
    with pikepdf.open(io.BytesIO(pdf), password=password) as opened:
        return len(opened.pages)


def enter_as_staff(portal: Portal, visitor: Visitor, role: str) -> None:
    enter_with(visitor, portal.account(role), "/admin/")


def enter_with(visitor: Visitor, account: dict[str, str], path: str) -> None:
    """Password, then the authenticator's number of this half minute, which opens one login only."""
    page = visitor.open(path)
    visitor.assert_sound()
    page.fill("[name=username]", account["username"])
    page.fill("[name=password]", account["password"])
    submit(page)
    visitor.assert_sound()
    key = base64.b32decode(account["totp_secret"])
    page.fill("[name=otp_token]", f"{totp(key, step=STEP_SECONDS, t0=0, drift=0):06d}")
    submit(page)
