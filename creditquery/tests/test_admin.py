"""Staff read queries masked, and see an unused answer only for a reason that is recorded."""

import base64
import datetime as dt

import pytest
from django.contrib.admin import site
from django.utils import timezone

from accounts.roles import FRAMEWORK, Role, permissions
from creditquery import channels
from creditquery.models import AccessLog, CreditQuery, CreditReport, UnusedAnswer
from creditquery.services import attempts, reports
from creditquery.tests.conftest import begin
from creditquery.tests.staff import member
from evidence.models import Record
from portal.work.services import claim
from portal.work.states import Lane

pytestmark = pytest.mark.django_db
SECRET_BYTES = b"<Document>somebody else</Document>"


@pytest.fixture
def unused(query: CreditQuery, now: dt.datetime) -> UnusedAnswer:
    taken = claim(lane=Lane.UPSTREAM, now=now, holder="test")
    begun = begin(taken[0], now)
    assert begun is not None
    outcome = channels.Unusable("wrong-person", SECRET_BYTES, final=True)
    attempts.settle(claim=taken[0], attempt=begun[0], outcome=outcome, now=now)
    return UnusedAnswer.objects.get()


def reveal_page(unused: UnusedAnswer) -> str:
    return f"/en/admin/creditquery/unusedanswer/{unused.pk}/reveal/"


@pytest.mark.parametrize("role", [Role.RISK_OFFICER, Role.COMPLIANCE_OFFICER])
def test_an_officer_reveals_for_a_reason_that_is_recorded(role: str, unused: UnusedAnswer) -> None:
    browser = member(role)
    asked = browser.get(reveal_page(unused))
    assert "somebody else" not in asked.content.decode().replace("of somebody who", "")
    assert not AccessLog.objects.exists()
    shown = browser.post(reveal_page(unused), {"purpose": "complaint 17 of the borrower"})
    assert "&lt;Document&gt;somebody else" in shown.content.decode()
    log = AccessLog.objects.get()
    assert (log.action, log.purpose) == ("revealed", "complaint 17 of the borrower")
    assert Record.objects.filter(kind="creditquery.report.revealed").count() == 1


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("", "Say what you need it for: it is recorded with your name."),
        ("because", "Say it in at least 10 characters."),
    ],
)
def test_without_a_reason_nothing_is_shown(typed: str, message: str, unused: UnusedAnswer) -> None:
    answer = member(Role.RISK_OFFICER).post(reveal_page(unused), {"purpose": typed})
    assert message in answer.content.decode()
    assert not AccessLog.objects.exists()


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR])
def test_reading_everything_is_not_revealing(role: str, unused: UnusedAnswer) -> None:
    browser = member(role)
    assert browser.get(reveal_page(unused)).status_code == 403
    page = browser.get(f"/en/admin/creditquery/unusedanswer/{unused.pk}/change/")
    assert page.status_code == 200
    assert "somebody else" not in page.content.decode()


def test_an_auditor_sees_every_list_and_page_and_nothing_personal(
    unused: UnusedAnswer, query: CreditQuery
) -> None:
    report = reports.keep(query=query, number="1" * 22, source=b"<x/>", now=timezone.now())
    reports.want_file(report=report, password="correct horse", now=timezone.now())
    browser = member(Role.AUDITOR)
    for model in [m for m in site._registry if m._meta.app_label not in FRAMEWORK]:
        base = f"/en/admin/{model._meta.app_label}/{model._meta.model_name}/"
        # The official calendar alone ships with some six hundred rows of one kind.
        pages = [base, *(f"{base}{row.pk}/change/" for row in model._default_manager.all()[:20])]
        for address in pages:
            page = browser.get(address)
            assert page.status_code == 200, address
            told = page.content.decode()
            for value in (query.person.name, query.person.id_number, query.person.phone):
                assert value not in told, address
            assert "correct horse" not in told
            assert base64.b64encode(SECRET_BYTES).decode() not in told
            assert 'name="_save"' not in told
        assert browser.get(f"{base}add/").status_code == 403


def test_only_an_administrator_keeps_the_lenders() -> None:
    writing = {f"creditquery.{verb}_institution" for verb in ("add", "change")}
    for role in Role:
        assert (writing <= permissions(role)) == (role == Role.ADMINISTRATOR)
    browser = member(Role.ADMINISTRATOR)
    added = {"name": "新银行", "code": "B10411000H0009", "calendar_note": "", "active": "on"}
    assert browser.post("/en/admin/creditquery/institution/add/", added).status_code == 302


def test_no_role_writes_a_query() -> None:
    for role in Role:
        written = {p for p in permissions(role) if p.startswith("creditquery.")}
        assert not any(
            p.split(".")[1].startswith(("add_", "change_", "delete_"))
            and not p.endswith(("_institution", "_institutioncontact", "_channel", "_endpoint"))
            for p in written
        )


def test_reports_have_no_page_that_shows_them(query: CreditQuery) -> None:
    report = reports.keep(query=query, number="1" * 22, source=b"<secret/>", now=timezone.now())
    address = f"/en/admin/creditquery/creditreport/{report.pk}/change/"
    assert "secret" not in member(Role.AUDITOR).get(address).content.decode()
    assert CreditReport.objects.get().source == b"<secret/>"
