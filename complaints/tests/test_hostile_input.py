"""What strangers, borrowers and officers type: refused with a page, never with an error."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone, translation

from accounts.refusals import Refused
from accounts.roles import Role
from complaints.compensation import payout_files
from complaints.forms.compensation import RuleForm
from complaints.forms.incidents import OpenForm
from complaints.models import (
    CompensationRule,
    DeadlineExtension,
    IncidentImpact,
    IncidentUpdate,
    LenderNotice,
)
from complaints.services import extensions, lenders, status
from complaints.states.extensions import ExtensionState
from complaints.tests.asking import asked, crowd
from complaints.tests.people import touched
from creditquery.models import LoanApplication, Membership
from creditquery.tests.conftest import work_off
from creditquery.tests.lenders import browser_of, works_at
from creditquery.tests.staff import member
from portal.work.states import Lane

pytestmark = pytest.mark.django_db
FAR = dt.date(2099, 1, 1)
STAFF_PAGES = (
    "desk", "dashboard", "dashboard-csv", "desk-incidents", "incident-open", "desk-letters",
    "desk-compensation", "desk-compensation-rules", "desk-compensation-rule", "desk-payout",
    "desk-fund", "desk-fund-propose", "desk-complaints", "desk-extensions", "desk-extension-ask",
)  # fmt: skip
LENDER_PAGES = ("lender", "lender-loans", "lender-notices", "lender-letters", "lender-extensions")
PUBLIC = {
    "status", "status-json", "status-atom", "status-rss", "status-event", "subscribe",
    "subscribe-code", "subscribe-again", "subscribe-ended", "subscription", "verify",
    "verify-letter",
}  # fmt: skip
KEYS = {
    "number": "IN-20261122-001", "serial": "2611220000000000000A", "pk": 1, "version": 1,
    "request_no": "Z" * 24, "act": "claim", "word": "x",
}  # fmt: skip


def addresses():
    """Every address of the app with made-up keys: name and path."""
    namespace = get_resolver().namespace_dict["complaints"][1]
    for name, places in namespace.reverse_dict.items():
        if isinstance(name, str) and name not in PUBLIC:
            kwargs = {key: KEYS[key] for key in places[0][0][1]}
            yield name, reverse(f"complaints:{name}", kwargs=kwargs)


# --- Who may open what ----------------------------------------------------------------------


def test_a_stranger_and_a_lender_s_user_open_nothing_that_is_not_theirs(institution):
    of_lender = browser_of(works_at(institution))
    half_in = browser_of(works_at(institution, "half"), verified=False)
    found = list(addresses())
    assert len(found) > 70
    for name, path in found:
        for verb in ("get", "post"):
            assert getattr(Client(), verb)(path).status_code in {302, 405}, path
            assert getattr(half_in, verb)(path).status_code in {302, 403, 405}, path
            answer = getattr(of_lender, verb)(path).status_code
            own = name.startswith("lender")
            assert answer in ({200, 404, 405} if own else {403, 405}), (path, answer)


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AUDITOR, Role.COMPLIANCE_OFFICER])
def test_no_officer_does_what_a_lender_does(role):
    browser = member(role)
    for name, path in addresses():
        if name.startswith("lender"):
            assert browser.post(path).status_code in {403, 405}, path


def test_who_works_there_no_more_sees_nothing_at_the_next_request(institution):
    user = works_at(institution)
    browser = browser_of(user)
    assert browser.get(reverse("complaints:lender")).status_code == 200
    Membership.objects.update(ended_at=timezone.now())
    for name in LENDER_PAGES:
        assert browser.get(reverse(f"complaints:{name}")).status_code == 403


# --- Addresses ------------------------------------------------------------------------------


@pytest.mark.parametrize("first", ["0001-01-01", "9999-12-31", "2026-13-45", "\0", "9" * 5000])
def test_a_month_that_no_calendar_has(first):
    browser = member(Role.AUDITOR)
    for named in ("first", "last"):
        for page in ("dashboard", "dashboard-csv"):
            assert browser.get(reverse(f"complaints:{page}"), {named: first}).status_code in {
                200,
                400,
            }


@pytest.mark.parametrize("value", ["\0", "9" * 400, "-1", "2026-99-99", "<script>", "%", "'\""])
def test_lists_take_any_filter(value):
    browser = member(Role.COMPLIANCE_OFFICER)
    names = ("page", "state", "incident", "serial", "show", "kind", "component", "handler",
             "reason", "request_no")  # fmt: skip
    for page in STAFF_PAGES:
        if page == "incident-open":
            continue
        for name in names:
            answer = browser.get(reverse(f"complaints:{page}"), {name: value})
            assert answer.status_code in {200, 400, 403}, (page, name)
            assert "<script>" not in answer.content.decode().replace("<script ", "")


# --- Officers' forms ------------------------------------------------------------------------


def opened(**changed):
    given = {
        "component": "1", "status": "major_outage", "began_at": "2026-11-22T10:00",
        "title_zh": "中断", "title_en": "Down", "text_zh": "我们在查。", "text_en": "We look.",
    }  # fmt: skip
    return OpenForm({**given, **changed}, now=timezone.now())


@pytest.mark.parametrize("moment", ["0001-01-01T00:00", "1999-12-31T23:59", "9999-12-31T23:59"])
def test_an_outage_of_another_age_is_a_slip(bureau, moment):
    """PostgreSQL would keep the first, and nobody could read the row any more."""
    form = opened(component=bureau.pk, began_at=moment)
    assert not form.is_valid() and "began_at" in form.errors


def test_a_title_is_one_line_and_words_hold_no_controls(bureau):
    form = opened(
        component=bureau.pk, title_en="Down\r\nSms: OTHER", text_en="We\x0blook\x1b.\r\nSoon."
    )
    assert form.is_valid(), form.errors
    assert form.cleaned_data["title_en"] == "Down Sms: OTHER"
    assert form.cleaned_data["text_en"] == "We look .\nSoon."


def test_what_a_word_processor_left_behind_does_not_stop_the_status_page(
    outage, settings, tmp_path
):
    settings.PUBLIC = tmp_path / "public"
    incident = outage()
    IncidentUpdate.objects.create(
        incident=incident,
        state="resolved",
        text_zh="好了\x0b",
        text_en="Over\x0b.",
        at=timezone.now(),
    )
    status.publish(now=timezone.now())
    assert "Over ." in (settings.PUBLIC / "en" / "status.atom").read_text()


def rule(**changed):
    given = {
        "version": "2", "valid_from": "2098-01-01T00:00", "base": "of_rate", "months": "12",
        "minimum": "0", "cap": "5000", "fee": "0", "over_1": "120", "bp_1": "10", "points_1": "1",
        "reason": "yearly",
    }  # fmt: skip
    return RuleForm({**given, **changed}, now=timezone.now())


@pytest.mark.parametrize("name", ["minimum", "cap", "fee", "over_1", "bp_1", "points_1", "months"])
@pytest.mark.parametrize("value", ["1E+999999999", "9" * 400, "99999999999999999", "NaN", "-1"])
def test_no_rule_holds_what_no_column_does(name, value):
    assert rule().is_valid()
    form = rule(**{name: value})
    assert not form.is_valid() and name in form.errors
    assert not CompensationRule.objects.filter(version="2").exists()


@pytest.mark.parametrize("ref", [b"A\0-1", b"A\x1b-1"])
def test_a_reference_of_the_bank_is_printable(ref):
    with pytest.raises(payout_files.Unreadable, match="2"):
        payout_files.read_results(b"ref,result\n" + ref + b",paid\n")


# --- Deadlines that no calendar reaches -----------------------------------------------------


def test_one_borrower_s_far_deadline_stops_nobody_else(
    outage, make_person, loan, entrances, institution
):
    incident, by = outage(), works_at(institution)
    crowd(make_person, loan, incident, 3)
    extensions.ask_many(incident=incident, reason="x", now=timezone.now())
    far = DeadlineExtension.objects.first()
    LoanApplication.objects.filter(pk=far.loan_id).update(decision_deadline=FAR)
    batch = extensions.accept_all(
        incident=incident, institution=institution, by=by, reason="同意", now=timezone.now()
    )
    work_off(Lane.UPKEEP)
    batch.refresh_from_db()
    assert batch.accepted == 2
    assert list(DeadlineExtension.objects.filter(state=ExtensionState.REQUESTED)) == [far]
    lender = browser_of(by)
    with translation.override("en"):
        page = reverse("complaints:lender-extension", args=[far.pk])
    assert lender.get(page).status_code == 200
    given = {"decision": "accept", "days": "5", "reason": "同意同意"}
    assert "too far ahead" in lender.post(page, given).content.decode()
    refusing = {"decision": "refuse", "refusal": "other", "reason": "同意同意"}
    assert lender.post(page, refusing).status_code == 302


def test_nobody_asks_from_a_deadline_that_no_calendar_reaches(outage, query):
    LoanApplication.objects.filter(pk=query.loan_id).update(decision_deadline=FAR)
    with pytest.raises(Refused, match="extension-far"):
        asked(outage(), query)


def test_an_act_ends_with_the_membership_of_whoever_began_it(outage, query, institution):
    incident, by = outage(), works_at(institution)
    asked(incident, query)
    given = {"incident": incident, "institution": institution, "reason": "同意"}
    batch = extensions.accept_all(by=by, now=timezone.now(), **given)
    Membership.objects.update(ended_at=timezone.now())
    work_off(Lane.UPKEEP)
    batch.refresh_from_db()
    assert (batch.accepted, batch.done_at is None) == (0, False)
    other = works_at(institution, "wang")
    again = extensions.accept_all(by=other, now=timezone.now(), **given)
    work_off(Lane.UPKEEP)
    again.refresh_from_db()
    assert again.accepted == 1


# --- The borrower ---------------------------------------------------------------------------


def test_telling_again_what_a_correction_took_back_is_no_error(browser, outage, query):
    touched(outage(), query.person, query)
    lenders.tell(query=query, person=query.person, now=timezone.now())
    IncidentImpact.objects.update(withdrawn_in=2)
    page = reverse("complaints:tell-lender", args=[query.request_no])
    assert browser.post(page).status_code == 302
    assert LenderNotice.objects.count() == 1


@pytest.mark.parametrize("value", ["\0", "x" * 200_000, "\ud83d", "<img src=x onerror=1>"])
def test_a_complaint_takes_any_text(browser, value):
    new = reverse("complaints:complaint-new")
    text = value.encode("utf-8", "replace").decode()
    for given in ({"topic": text, "about": text}, {"topic": "outage", "wanted": "unknown"}):
        answer = browser.post(new, {**given, "text": text}, follow=True)
        assert answer.status_code == 200
        assert "<img src=x" not in answer.content.decode()


# --- Everybody ------------------------------------------------------------------------------


@pytest.mark.parametrize("serial", ["%00", "x" * 3000, "ﷺ" * 40, "..", "%0d%0aX:1"])
def test_a_number_of_any_kind_is_answered(serial):
    assert Client().get(f"/verify/{serial}/").status_code in {400, 404}
    assert Client().post("/verify/", {"serial": serial}).status_code == 200


def test_results_that_are_no_file_are_refused():
    browser = member(Role.RISK_OFFICER)
    page = reverse("complaints:desk-payout-results", args=[10**30])
    file = SimpleUploadedFile("r.csv", b"ref,result\nA\0,paid\n")
    assert browser.post(page, {"results": file}).status_code == 404
