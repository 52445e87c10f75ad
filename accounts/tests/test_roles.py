"""Deny by default: the matrix of roles and pages, and what the admin shows."""

import re
from urllib.parse import unquote

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django_otp import login as mark_verified

from accounts import sessions
from accounts.models import Authenticator
from accounts.roles import STAFF, Role, permissions
from accounts.services import staff
from accounts.tests.visitor import Visitor, fresh_phone

pytestmark = pytest.mark.django_db
READERS = {Role.ADMINISTRATOR, Role.AUDITOR, Role.RISK_OFFICER, Role.COMPLIANCE_OFFICER}
PAGES = {
    "/admin/": READERS,
    "/admin/accounts/user/": {Role.ADMINISTRATOR, Role.AUDITOR},
    "/admin/accounts/delivery/": {Role.ADMINISTRATOR, Role.AUDITOR},
    "/admin/evidence/record/": {Role.ADMINISTRATOR, Role.AUDITOR},
    "/admin/portal/work/": {Role.ADMINISTRATOR, Role.AUDITOR},
    "/admin/auth/group/": set(),
    "/admin/accounts/user/add/": set(),
    "/staff/people/invite/": {Role.ADMINISTRATOR},
    "/staff/lenders/": {Role.ADMINISTRATOR},
    "/lender/": set(),  # for a lender's user with a lender: creditquery/tests/test_lenders.py
    "/staff/tickets/": {Role.ADMINISTRATOR, Role.LOAN_OFFICER, Role.COMPLIANCE_OFFICER},
    "/account/": {Role.BORROWER},
    "/account/real-name/": {Role.BORROWER},
}


def client_of(role, clock, rf):
    if role == Role.BORROWER:
        return Visitor(fresh_phone()).log_in().client
    user = staff.create(username=role, role=role, password="x", secret=b"s" * 20, now=clock())
    client = Client()
    client.force_login(user)
    request = rf.get("/")
    request.session, request.user = client.session, user
    sessions.begin(request, clock())
    mark_verified(request, Authenticator.objects.get(user=user))
    request.session.save()
    return client


@pytest.mark.parametrize("role", list(Role))
def test_each_role_opens_its_pages_and_no_other(role, clock, rf):
    client = client_of(role, clock, rf)
    opened = {page for page in PAGES if client.get(page).status_code == 200}
    assert opened == {page for page, roles in PAGES.items() if role in roles}


@pytest.mark.parametrize("page", PAGES)
def test_a_stranger_is_sent_to_the_right_login(client, page):
    end = client.get(page, follow=True)
    login = "/login/" if page.startswith("/account/") else "/staff/login/"
    assert unquote(end.redirect_chain[-1][0]) == f"{login}?next={page}"
    assert end.status_code == 200


def test_an_auditor_reads_and_writes_nothing():
    held = permissions(Role.AUDITOR)
    assert {name for name in held if ".view_" not in name} == {"accounts.use_admin"}
    assert "evidence.view_record" in held and "accounts.view_user" in held


def test_borrowers_and_made_up_roles_may_do_nothing():
    assert permissions(Role.BORROWER) == permissions("made-up") == frozenset()


def test_every_permission_that_is_granted_exists():
    known = {f"{p.content_type.app_label}.{p.codename}" for p in Permission.objects.all()}
    assert {name for role in STAFF for name in permissions(role)} <= known


def test_the_admin_shows_people_masked_and_no_code(clock, rf):
    visitor = Visitor(fresh_phone())
    visitor.ask()
    code, challenge = visitor.code, visitor.challenge
    visitor.enter()
    user = visitor.user
    user.name, user.id_number = "王小二", "11010119900307002X"
    user.save()
    client = client_of(Role.ADMINISTRATOR, clock, rf)
    pages = [
        f"/admin/accounts/user/{user.pk}/change/",
        "/admin/accounts/user/",
        f"/admin/accounts/loginchallenge/{challenge.pk}/change/",
        f"/admin/accounts/delivery/{challenge.deliveries.get().pk}/change/",
    ]
    for page in pages:
        text = client.get(page).content.decode()
        assert "<h1>" in text
        for hidden in (visitor.phone, "王小二", "11010119900307002X"):
            assert hidden not in text
        assert not re.search(rf"\b{code}\b", text)


def test_an_administrator_disables_people_but_not_oneself(clock, rf):
    visitor = Visitor(fresh_phone()).log_in()
    client = client_of(Role.ADMINISTRATOR, clock, rf)
    chosen = [visitor.user.pk, client.session["_auth_user_id"]]
    client.post("/admin/accounts/user/", {"action": "disable", "_selected_action": chosen})
    assert not visitor.user.is_active
    assert visitor.client.get("/account/").status_code == 302
    assert client.get("/admin/").status_code == 200


def test_an_auditor_has_no_such_action(clock, rf):
    visitor = Visitor(fresh_phone()).log_in()
    client = client_of(Role.AUDITOR, clock, rf)
    client.post("/admin/accounts/user/", {"action": "disable", "_selected_action": visitor.user.pk})
    assert visitor.user.is_active


@pytest.mark.parametrize(
    "address",
    [
        "accounts/user/?password__startswith=argon2",
        "accounts/user/?phone_hash__startswith=a",
        "accounts/user/?session_epoch=0",
        "accounts/invitation/?token_hash__startswith=a",
        "accounts/ticket/?word_hash__startswith=a",
        "accounts/device/?user__password__startswith=a",
        "accounts/loginchallenge/?binding__startswith=a",
        "creditquery/guarantor/?token__startswith=a",
        "creditquery/channel/?from_environment__startswith=a",
        "creditquery/endpoint/?channel__from_environment__startswith=a",
        "creditquery/institution/?code__startswith=a",
        "evidence/record/?salt__gt=a",
    ],
)
def test_no_list_spells_out_a_hidden_column(address, clock, rf):
    """Django would filter by any column of the table: yes or no, letter by letter."""
    assert client_of(Role.AUDITOR, clock, rf).get(f"/admin/{address}").status_code == 400


def test_the_filters_that_a_list_offers_work(clock, rf):
    client = client_of(Role.AUDITOR, clock, rf)
    for address in ("accounts/user/?role__exact=auditor", "portal/work/?trouble=yes"):
        assert client.get(f"/admin/{address}").status_code == 200
