"""A lender's users: invited by mail into one lender, shut out of everything else, out at once."""

import json
import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone, translation
from django_otp.oath import totp

from accounts.forms import InviteForm
from accounts.models import Authenticator, Delivery, User
from accounts.services import training
from accounts.views.staff import home
from creditquery.models import Institution, Membership
from creditquery.selectors.lenders import institution_of
from creditquery.services import lenders
from creditquery.tests.lenders import browser_of, colleague, works_at
from creditquery.tests.staff import member
from evidence.models import Record
from portal.tests.test_pages import PUBLIC, addresses, patterns

pytestmark = pytest.mark.django_db
OWN = "/en/lender/users/"
ONES_OWN = ("/passkeys/", "/account/stay/", "/staff/password/", "/staff/training/")
INVITED = {"username": "wang", "email": "wang@bank.example"}


@pytest.fixture
def other(db: None) -> Institution:
    return Institution.objects.create(name="近水银行", code="A10311000H0002")


def mailed_link() -> str:
    delivery = Delivery.objects.get(kind="creditquery.lender_invitation")
    return str(json.loads(delivery.context)["link"])


def test_from_the_invitation_to_the_lender_s_pages(
    institution: Institution, client: Client
) -> None:
    administrator = member("administrator")
    address = f"/en/staff/lenders/{institution.code}/"
    page = administrator.post(address, {**INVITED, "leads": "on"}, follow=True).content.decode()
    assert "on its way by email" in page
    link = mailed_link()
    assert link not in page  # who invites cannot take the place of whom they invite
    path = link[link.index("/staff/") :]
    secret = bytes(Authenticator.objects.get(user__username="wang").secret)
    form = {"password": "correct horse battery", "otp_token": f"{totp(secret):06d}"}
    assert client.post(path, form)["Location"] == "/staff/login/"
    user = User.objects.get(username="wang")
    assert (user.role, institution_of(user)) == ("lender_user", institution)
    assert user.membership.leads
    assert home(user) == "/lender/"
    first = browser_of(user)
    assert first.get("/en/lender/")["Location"].startswith("/en/staff/training/")
    training.take_as_read(user=user, now=timezone.now())
    assert first.get("/en/lender/").status_code == 200
    body = Record.objects.get(kind="creditquery.membership.began").body
    assert body == {"institution": institution.code, "leads": True, "by": body["by"]}


def test_the_staff_s_own_form_makes_no_user_without_a_lender() -> None:
    assert not InviteForm({"username": "wang", "role": "lender_user"}).is_valid()


def test_who_leads_invites_colleagues_but_makes_no_leads(institution: Institution) -> None:
    lead = colleague(institution, leads=True)
    assert lead.post(OWN, {**INVITED, "leads": "on"})["Location"] == OWN
    made = Membership.objects.get(user__username="wang")
    assert (made.institution, made.leads) == (institution, False)


def test_who_does_not_lead_invites_and_removes_nobody(institution: Institution) -> None:
    plain = colleague(institution)
    peer = works_at(institution, "li")
    assert 'name="username"' not in plain.get(OWN).content.decode()
    assert plain.post(OWN, INVITED).status_code == 403
    page = plain.post(f"{OWN}{peer.membership.pk}/end/", follow=True).content.decode()
    assert "managed by somebody else" in page
    assert institution_of(peer) == institution


def test_nobody_reaches_into_another_lender(institution: Institution, other: Institution) -> None:
    lead = colleague(institution, leads=True)
    theirs = works_at(other, "li")
    assert lead.post(f"{OWN}{theirs.membership.pk}/end/").status_code == 404
    for path in ("/en/staff/lenders/", f"/en/staff/lenders/{institution.code}/"):
        assert lead.get(path).status_code == 403
    assert "li" not in re.findall(r"<strong>(\w+)</strong>", lead.get(OWN).content.decode())


def test_an_unused_invitation_is_not_taken_over(
    institution: Institution, other: Institution
) -> None:
    """A user name that waits for its first login could be invited again: by its own lender only."""
    by = User.objects.get(pk=_administrator())
    lenders.invite(
        institution=other,
        username=INVITED["username"],
        email=INVITED["email"],
        by=by,
        now=timezone.now(),
    )
    page = colleague(institution, leads=True).post(OWN, {**INVITED, "email": "me@evil.example"})
    assert "This user name is taken" in page.content.decode()
    waiting = User.objects.get(username="wang")
    assert (waiting.email, institution_of(waiting)) == (INVITED["email"], other)


def _administrator() -> int:
    member("administrator")
    return User.objects.get(role="administrator").pk


def test_who_is_removed_is_out_at_the_next_request(institution: Institution) -> None:
    leader = works_at(institution, leads=True)
    gone = works_at(institution, "li")
    browser = browser_of(gone)
    assert browser.get("/en/lender/").status_code == 200
    browser_of(leader).post(f"{OWN}{gone.membership.pk}/end/")
    assert "/staff/login/" in browser.get("/en/lender/")["Location"]
    gone.refresh_from_db()
    assert (gone.is_active, institution_of(gone)) == (False, None)
    assert Record.objects.filter(kind="creditquery.membership.ended").count() == 1


def test_the_invitation_of_somebody_removed_opens_nothing(
    institution: Institution, client: Client
) -> None:
    lead = colleague(institution, leads=True)
    lead.post(OWN, INVITED)
    link = mailed_link()
    path = link[link.index("/staff/") :]
    assert client.get(path).status_code == 200
    lead.post(f"{OWN}{Membership.objects.get(user__username='wang').pk}/end/")
    assert client.get(path).status_code == 404
    assert "This user name is taken" in lead.post(OWN, INVITED).content.decode()


def test_where_it_is_required_a_lender_s_user_adds_a_passkey_first(
    institution: Institution, settings: Any
) -> None:
    settings.STAFF_PASSKEY_REQUIRED = True
    sent = colleague(institution).get("/en/lender/")
    assert sent["Location"] == "/en/passkeys/add/?next=%2Fen%2Flender%2F"


def test_nobody_removes_the_own_account(institution: Institution) -> None:
    leader = works_at(institution, leads=True)
    browser_of(leader).post(f"{OWN}{leader.membership.pk}/end/")
    assert institution_of(leader) == institution


def test_a_lender_that_was_switched_off_has_no_users(institution: Institution) -> None:
    browser = colleague(institution)
    Institution.objects.update(active=False)
    assert browser.get("/en/lender/").status_code == 403


def test_a_password_alone_opens_no_lender_s_page(institution: Institution) -> None:
    half = browser_of(works_at(institution), verified=False)
    assert "/staff/login/" in half.get("/en/lender/")["Location"]


@pytest.mark.parametrize("role", ["administrator", "loan_officer", "auditor"])
def test_what_a_lender_does_nobody_does_for_it(institution: Institution, role: str) -> None:
    assert member(role).get("/en/lender/").status_code == 403


def test_a_lender_s_user_opens_no_page_of_anybody_else(institution: Institution) -> None:
    """Every address of the house with an example of its parts, and the admin. What
    everybody finds at one address, such as passkeys and password, is their own."""
    browser = colleague(institution)
    with translation.override("zh-hans"):
        names = dict(zip(addresses(), (name for name, _ in patterns()), strict=True))
    for path, name in names.items():
        if name in PUBLIC or path.startswith(("/lender/", *ONES_OWN)):
            continue
        answer = browser.get(path)
        to_login = answer.status_code == 302 and "/login/" in answer["Location"]
        assert answer.status_code in {403, 404, 405} or to_login, (path, answer.status_code)
    assert browser.get("/admin/").status_code in {302, 403}
