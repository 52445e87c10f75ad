"""Nothing that the staff can do gives them a code, a link or a session of the borrower's."""

import re

import pytest
from django.test import Client
from django.utils import timezone
from django_otp import DEVICE_ID_SESSION_KEY

from accounts import sessions
from accounts.models import Authenticator, LoginChallenge
from accounts.refusals import Refused
from accounts.roles import Role
from accounts.services import interlock, training
from accounts.services.visit import Visit
from portal.watch import kinds
from portal.watch.models import Alarm
from recovery.models import RecoveryLink, RecoveryPaper, RecoveryTicket
from recovery.selectors import tickets as selectors
from recovery.services import enrolling
from recovery.tests.asking import (
    Stranger,
    approved,
    asker,
    code_of,
    fresh,
    handed_in,
    opened,
    ready,
    told,
    word_sent,
    work_off,
)
from reviews.tests.officers import officer

pytestmark = pytest.mark.django_db


def at_work(user, client=None):
    """A browser in which a member of staff is logged in with the second factor."""
    client = client or Client()
    training.take_as_read(user=user, now=timezone.now())
    device, _ = Authenticator.objects.get_or_create(user=user, name="app", confirmed=True)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    session[DEVICE_ID_SESSION_KEY] = device.persistent_id
    session[sessions.STARTED] = session[sessions.SEEN] = timezone.now().isoformat()
    session.save()
    return client


def link_path(ticket):
    return f"/en/enrol/{word_sent(ticket)}/"


# --- The link -------------------------------------------------------------------------------


def test_a_session_of_the_staff_is_refused_and_told_of(now, owner, first, second):
    ticket = ready(now, first, second)
    client = at_work(first)
    for method in ("get", "post"):
        answer = getattr(client, method)(link_path(ticket))
        assert answer.status_code == 403
        assert answer.context["entry"].code == "recovery-staff"
    alarm = Alarm.objects.get(kind=kinds.RECOVERY_STAFF)
    assert ticket.number in alarm.subject and first.username in alarm.subject
    assert not LoginChallenge.objects.filter(address_hash=ticket.address_hash).exclude(
        pk=ticket.proof
    )
    assert selectors.link(word_sent(ticket), kind="enrol", now=now) is not None


def test_a_browser_of_the_staff_is_refused_when_nobody_is_logged_in(now, owner, first, second):
    ticket = ready(now, first, second)
    visit = Visit(device_token="", label="Edge", language="en", network_hash="")
    token = interlock.mark(member=second, visit=visit, binding="", now=now)
    link = selectors.link(word_sent(ticket), kind="enrol", now=now)
    seen = Visit(device_token="", label="Edge", language="en", network_hash="", staff_token=token)
    refusal = enrolling.refuse_staff(link=link, visit=seen, now=now)
    assert refusal.code == "recovery-staff"
    assert Alarm.objects.get(kind=kinds.RECOVERY_STAFF).subject.startswith("zweite")


def test_a_right_code_at_a_browser_of_the_staff_sets_nothing(now, owner, first, second):
    """The borrower opened the link and read the code out: the officer types it in."""
    ticket = ready(now, first, second)
    link = selectors.link(word_sent(ticket), kind="enrol", now=now)
    challenge = enrolling.ask(link=link, phone="", asker=asker(), now=now)
    visit = Visit(device_token="", label="Edge", language="en", network_hash="", staff=first)
    with pytest.raises(Refused):
        enrolling.enrol(
            link=link, challenge=challenge, code=code_of(challenge), visit=visit, now=now
        )
    assert fresh(ticket).state == "ready"
    owner.refresh_from_db()
    assert owner.phone != ticket.address
    assert Alarm.objects.filter(kind=kinds.STAFF_DEVICE).exists()
    challenge.refresh_from_db()
    assert challenge.used_at is None


def test_no_page_of_the_staff_shows_a_link_a_word_or_an_address(now, owner, first, second, third):
    ticket = ready(now, first, second)
    work_off()
    words = {each["word"] for kind in ("link", "notice_approved") for each in told(kind)}
    words |= {word.replace("-", "") for word in words}
    administrator = officer("chefin", Role.ADMINISTRATOR, competent=False)
    auditor = officer("pruefer", Role.AUDITOR, competent=False)
    pages = ["/en/desk/recovery/", "/en/desk/recovery/?list=open"]
    pages.append(f"/en/desk/recovery/{ticket.number}/")
    admin = ["recovery/recoveryticket/", f"recovery/recoveryticket/{ticket.pk}/change/"]
    admin += ["accounts/delivery/", "accounts/loginchallenge/"]
    admin += [f"accounts/delivery/{row}/change/" for row in deliveries()]
    for user, paths in (
        (third, pages),
        (auditor, pages + [f"/en/admin/{each}" for each in admin]),
        (administrator, pages + [f"/en/admin/{each}" for each in admin]),
    ):
        client = at_work(user)
        for path in paths:
            answer = client.get(path)
            assert answer.status_code == 200, (user, path)
            text = answer.content.decode()
            assert not [word for word in words if word in text]
            assert ticket.address not in text and ticket.old_phone not in text
            assert ticket.id_number not in text


def deliveries():
    from accounts.models import Delivery  # noqa: PLC0415

    return list(Delivery.objects.filter(kind__startswith="recovery").values_list("pk", flat=True))


def test_the_admin_only_reads_and_knows_no_links_or_papers(now, owner):
    ticket = handed_in(now)
    client = at_work(officer("chefin", Role.ADMINISTRATOR, competent=False))
    change = f"/en/admin/recovery/recoveryticket/{ticket.pk}/change/"
    assert client.post(change, {"state": "ready"}).status_code == 403
    assert client.post("/en/admin/recovery/recoveryticket/add/", {}).status_code == 403
    delete = f"/en/admin/recovery/recoveryticket/{ticket.pk}/delete/"
    assert client.post(delete, {"post": "yes"}).status_code == 403
    for model in ("recoverylink", "recoverypaper", "recoverystep"):
        assert client.get(f"/en/admin/recovery/{model}/").status_code == 404
    assert fresh(ticket).state == "evidence"


# --- Asking in a borrower's place -----------------------------------------------------------


def test_nobody_asks_from_a_session_of_the_staff(owner, first):
    stranger = Stranger()
    at_work(first, stranger.client)
    assert stranger.client.get("/en/recovery/").status_code == 403
    assert stranger.client.post("/en/recovery/", stranger.form()).status_code == 403
    assert not RecoveryTicket.objects.exists()


def test_no_form_of_the_desk_takes_an_address_or_an_account(now, owner, first):
    ticket = handed_in(now)
    client = at_work(first)
    given = {
        "reason": "papers-agree",
        "address": "13911112222",
        "address_hash": "f" * 64,
        "account": str(first.pk),
        "waits_until": "2020-01-01",
        "state": "ready",
    }
    path = f"/en/desk/recovery/{ticket.number}/propose/"
    assert client.post(path, given).status_code == 302
    after = fresh(ticket)
    assert (after.state, after.address, after.account) == ("proposed", ticket.address, owner)
    assert after.waits_until is None


@pytest.mark.parametrize("role", [Role.LOAN_OFFICER, Role.LENDER_USER])
def test_roles_without_a_part_see_nothing(role, now, owner):
    ticket = handed_in(now)
    client = at_work(officer("fremd", role, competent=False))
    here = f"/en/desk/recovery/{ticket.number}/"
    for path in ("/en/desk/recovery/", here, f"{here}propose/"):
        assert client.get(path).status_code == 403


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR])
def test_readers_do_nothing_and_see_no_faces(role, now, owner):
    ticket = handed_in(now)
    client = at_work(officer("fremd", role, competent=False))
    here = f"/en/desk/recovery/{ticket.number}/"
    paper = RecoveryPaper.objects.filter(ticket=ticket).first()
    assert client.get(here).status_code == 200
    for act in ("propose", "agree", "reveal", "carry", "carrying", "ask"):
        assert client.post(f"{here}{act}/").status_code == 403
    assert client.get(f"{here}papers/{paper.pk}/").status_code == 403
    assert client.get(f"{here}papers/{paper.pk}/pages/1/").status_code == 403


def test_the_desk_decides_by_two_and_each_look_is_on_record(now, owner, first, second):
    ticket = handed_in(now)
    here = f"/en/desk/recovery/{ticket.number}/"
    maker, checker = at_work(first), at_work(second)
    paper = RecoveryPaper.objects.filter(ticket=ticket).first()
    assert maker.get(f"{here}papers/{paper.pk}/").status_code == 200
    picture = maker.get(f"{here}papers/{paper.pk}/pages/1/")
    assert picture["Content-Type"] == "image/jpeg" and "sandbox" in str(
        picture["Content-Security-Policy"]
    )
    assert ticket.steps.filter(kind="looked", by=first).count() == 1
    maker.post(f"{here}propose/", {"reason": "papers-agree"})
    page = maker.get(here).content.decode()
    assert "agree/" not in re.findall(r'href="([^"]+)"', page)
    answer = maker.post(f"{here}agree/", {})
    assert answer.status_code == 200 and fresh(ticket).state == "proposed"
    assert checker.post(f"{here}agree/", {}).status_code == 302
    assert fresh(ticket).state == "approved"
    assert not RecoveryLink.objects.filter(kind="enrol").exists()


def test_an_own_officer_reads_why_not(now, owner, first):
    from complaints.models import Complaint  # noqa: PLC0415

    ticket = handed_in(now)
    Complaint.objects.create(person=owner, handler=first, created_at=now, changed_at=now)
    client = at_work(first)
    here = f"/en/desk/recovery/{ticket.number}/"
    page = client.get(here)
    assert page.context["acts"] == [] and page.context["why_not"].code == "recovery-own-officer"
    assert client.post(f"{here}propose/", {"reason": "papers-agree"}).status_code == 200
    assert fresh(ticket).state == "evidence"


def test_an_officer_cannot_hurry_it(now, owner, first, second):
    ticket = approved(now, first, second)
    client = at_work(first)
    for act in ("release", "ready", "enrol", "link", "propose", "agree"):
        client.post(f"/en/desk/recovery/{ticket.number}/{act}/", {"reason": "papers-agree"})
    assert fresh(ticket).state == "approved" and told("link") == []


def test_the_list_goes_on_by_key(now, owner, first, monkeypatch):
    from recovery.selectors import desk  # noqa: PLC0415

    monkeypatch.setattr(desk, "PAGE", 2)
    made = [handed_in(now, network=f"n{place}") for place in range(3)]
    opened(now)
    client = at_work(first)
    page = client.get("/en/desk/recovery/")
    assert [row for row, _late in page.context["rows"]] == made[:2]
    later = client.get(f"/en/desk/recovery/?after={page.context['after']}")
    assert [row for row, _late in later.context["rows"]] == made[2:]
    assert later.context["after"] == ""
    assert client.get("/en/desk/recovery/?after=x&list=nowhere").status_code == 200
