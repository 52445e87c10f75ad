"""Adding, naming and removing passkeys: only after a recent proof, and told to every address."""

import json

import pytest
from django_otp.oath import totp
from django_otp_webauthn.models import WebAuthnCredential

from accounts.models import Delivery, PasskeyChallenge
from accounts.roles import Role
from accounts.services import freezing, staff
from accounts.services.own_passkeys import AT_MOST
from accounts.states import FreezeReason
from accounts.tests.authenticator import PRESENT, Phone, decoded, encoded
from accounts.tests.passkey_user import add, borrower_with_passkey, options, stranger, use
from accounts.tests.visitor import Visitor, fresh_phone
from evidence.models import Record
from portal.tests.racing import at_once

pytestmark = pytest.mark.django_db
SECRET = b"12345678901234567890"
PASSWORD = "correct horse battery staple"


def entered():
    return Visitor(fresh_phone()).log_in()


def credentials():
    return WebAuthnCredential.objects.order_by("pk")


def test_a_passkey_is_added_told_to_every_address_and_kept_as_evidence(clock):
    visitor = entered()
    user = visitor.user
    user.email, user.email_hash = "li@example.com", "h"
    user.save()
    before = visitor.client.session.session_key
    add(visitor.client)
    assert visitor.client.session.session_key != before
    told = Delivery.objects.filter(kind="accounts.passkey_added")
    assert sorted(told.values_list("channel", flat=True)) == ["email", "sms"]
    passkey = credentials().get()
    assert (passkey.user, passkey.name, passkey.discoverable) == (user, "blue phone", True)
    record = Record.objects.get(kind="accounts.passkey.added")
    assert record.subject == str(passkey.pk) and user.phone not in str(record.body)


def test_a_session_without_a_recent_proof_adds_none(clock):
    """Whoever sits down at a browser that was left open gets no way in of their own."""
    visitor = entered()
    clock.pass_(minutes=11)
    assert "/login/confirm/" in visitor.client.get("/passkeys/add/").url
    assert options(visitor.client, "enrol").status_code == 403
    assert "/login/confirm/" in visitor.client.post("/passkeys/add/", {"credential": "{}"}).url


def test_a_proof_that_grew_old_between_begin_and_end_does_not_serve(clock):
    visitor = entered()
    clock.pass_(minutes=9)
    made = Phone().make(options(visitor.client, "enrol"))
    clock.pass_(seconds=90)
    assert visitor.client.post("/passkeys/add/", {"credential": made}).status_code == 302
    assert not credentials().exists()


def test_nobody_adds_one_to_an_account_that_is_not_theirs(clock):
    assert options(stranger(), "enrol").status_code == 403
    assert "/login/" in stranger().post("/passkeys/add/", {"credential": "{}"}).url
    victim, thief = entered(), entered()
    made = Phone().make(options(thief.client, "enrol"))
    victim.client.post("/passkeys/add/", {"credential": made})
    assert not credentials().exists()


def test_a_frozen_account_gets_none_and_loses_none(clock):
    visitor, _phone = borrower_with_passkey()
    pk = credentials().get().pk
    made = Phone().make(options(visitor.client, "enrol"))
    freezing.freeze(user=visitor.user, reason=FreezeReason.NOT_ME, now=clock())
    visitor.client.post("/passkeys/add/", {"credential": made})
    visitor.client.post(f"/passkeys/{pk}/remove/")
    assert credentials().get().pk == pk


@pytest.mark.parametrize(
    "lie", [{"flags": PRESENT}, {"origin": "https://evil.example"}, {"rp_id": "evil.example"}]
)
def test_what_is_no_passkey_of_ours_is_not_kept(clock, lie):
    visitor = entered()
    made = Phone(**lie).make(options(visitor.client, "enrol"))
    page = visitor.client.post("/passkeys/add/", {"credential": made})
    assert page.status_code == 200 and "data-error-summary" in page.content.decode()
    assert not credentials().exists()
    assert PasskeyChallenge.objects.get().used_at is not None


def test_an_attested_one_is_not_kept(clock):
    """Nobody asked for the model of the phone, and no stranger's certificates are read."""
    visitor = entered()
    for attestation in ("fido-u2f", "android-key", "packed"):
        statement = {"x5c": [b"x" * 40], "sig": b"s", "alg": -7}
        asked = options(visitor.client, "enrol")
        made = Phone().make(asked, attestation=attestation, statement=statement)
        assert visitor.client.post("/passkeys/add/", {"credential": made}).status_code == 200
    assert not credentials().exists()


def test_an_id_that_somebody_has_is_not_taken_over(clock):
    victim, phone = borrower_with_passkey()
    thief = entered()
    copy = Phone()
    asked = options(thief.client, "enrol")
    real, made = phone.passkeys[0], json.loads(copy.make(asked))
    # As the thief's own software would: a fresh key under the victim's id.
    attested = decoded(made["response"]["attestationObject"])
    forged = attested.replace(copy.passkeys[0].id, real.id)
    made["response"]["attestationObject"] = encoded(forged)
    made["id"] = made["rawId"] = encoded(real.id)
    thief.client.post("/passkeys/add/", {"credential": json.dumps(made)})
    assert credentials().get().user == victim.user
    assert use(stranger(), phone).status_code == 302


def test_ten_are_enough(clock, settings):
    settings.PASSKEY_BEGINS_SESSION = 100
    visitor = entered()
    for _number in range(AT_MOST):
        add(visitor.client)
    assert options(visitor.client, "enrol").status_code == 403
    assert credentials().count() == AT_MOST


def test_each_has_a_name_that_its_owner_changes(clock):
    visitor, _phone = borrower_with_passkey()
    pk = credentials().get().pk
    assert (
        visitor.client.post(f"/passkeys/{pk}/rename/", {"name": "work laptop"}).status_code == 302
    )
    assert "work laptop" in visitor.client.get("/passkeys/").content.decode()
    assert visitor.client.post(f"/passkeys/{pk}/rename/", {"name": " "}).status_code == 200
    assert credentials().get().name == "work laptop"


def test_a_removed_one_is_told_of_and_opens_nothing(clock):
    visitor, phone = borrower_with_passkey()
    pk = credentials().get().pk
    assert visitor.client.post(f"/passkeys/{pk}/remove/").status_code == 302
    assert Delivery.objects.filter(kind="accounts.passkey_removed").exists()
    assert Record.objects.filter(kind="accounts.passkey.removed", subject=str(pk)).exists()
    assert use(stranger(), phone).status_code == 200


def test_somebody_elses_passkey_is_not_there(clock):
    borrower_with_passkey()
    pk = credentials().get().pk
    other = entered().client
    assert other.get(f"/passkeys/{pk}/").status_code == 404
    for act in ("rename", "remove"):
        assert other.post(f"/passkeys/{pk}/{act}/", {"name": "mine"}).status_code == 404
    assert credentials().get().name == "blue phone"


def test_removing_wants_a_recent_proof(clock):
    visitor, _phone = borrower_with_passkey()
    clock.pass_(minutes=11)
    pk = credentials().get().pk
    assert "/login/confirm/" in visitor.client.post(f"/passkeys/{pk}/remove/").url
    assert credentials().exists()


# --- Staff ------------------------------------------------------------------------------------


def member(clock, role=Role.COMPLIANCE_OFFICER, username="chen"):
    return staff.create(username=username, role=role, password=PASSWORD, secret=SECRET, now=clock())


def password(client, username="chen", onward=""):
    return client.post(f"/staff/login/{onward}", {"username": username, "password": PASSWORD})


def by_number(client, onward="", steps=0):
    password(client, onward=onward)
    number = f"{totp(SECRET, drift=steps):06d}"
    return client.post("/staff/login/token/", {"otp_token": number})


def test_staff_log_in_by_password_and_passkey(client, clock):
    member(clock)
    by_number(client)
    phone = add(client)
    fresh = stranger()
    assert password(fresh).url == "/staff/login/token/"
    half = fresh.session.session_key
    answer = use(fresh, phone, path="/staff/login/passkey/", ceremony="staff")
    assert answer.status_code == 302 and fresh.session.session_key != half
    assert fresh.get("/staff/tickets/").status_code == 200


def test_a_passkey_of_the_staff_alone_opens_nothing(client, clock):
    member(clock)
    by_number(client)
    phone = add(client)
    fresh = stranger()
    assert options(fresh, "staff").status_code == 403
    answer = fresh.post("/staff/login/passkey/", {"credential": phone.sign({"challenge": "AAAA"})})
    assert answer.url == "/staff/login/"
    use(fresh, phone)  # as a borrower's
    assert "_auth_user_id" not in fresh.session


def test_a_borrowers_passkey_is_no_second_factor_of_the_staff(client, clock):
    member(clock)
    by_number(client)
    add(client)
    thief = borrower_with_passkey()[1]
    fresh = stranger()
    password(fresh)
    use(fresh, thief, path="/staff/login/passkey/", ceremony="staff")
    assert fresh.get("/staff/tickets/").status_code == 302


def test_another_members_passkey_is_none_of_mine(client, clock):
    member(clock)
    by_number(client)
    phone = add(client)
    member(clock, username="lin")
    fresh = stranger()
    password(fresh, username="lin")
    assert options(fresh, "staff").status_code == 403  # lin has none
    assert fresh.get("/staff/tickets/").status_code == 302
    assert phone.passkeys


@pytest.mark.parametrize("page", ["/staff/tickets/", "/desk/"])
def test_where_it_is_required_staff_add_one_before_any_other_page(client, clock, settings, page):
    settings.STAFF_PASSKEY_REQUIRED = True
    member(clock)
    by_number(client)
    sent = client.get(page)
    assert sent.url.startswith("/passkeys/add/?next=")
    assert "Add yours before you go on" in client.get(f"/en{sent.url}").content.decode()
    made = Phone().make(options(client, "enrol"))
    answer = client.post(sent.url, {"credential": made, "name": "key"})
    assert answer.url == page
    assert client.get(page).status_code == 200


def test_where_it_is_required_the_admin_is_closed_too(client, clock, settings):
    settings.STAFF_PASSKEY_REQUIRED = True
    member(clock, Role.ADMINISTRATOR)
    by_number(client)
    for address in ("/admin/", "/admin/accounts/user/"):
        sent = client.get(client.get(address).url)
        assert sent.url.startswith("/passkeys/add/?next=%2Fadmin%2F")
    add(client)
    assert client.get("/admin/").status_code == 200


def test_where_it_is_not_required_nobody_is_asked(client, clock, settings):
    settings.STAFF_PASSKEY_REQUIRED = False
    member(clock)
    by_number(client)
    assert client.get("/staff/tickets/").status_code == 200


def test_the_number_of_the_app_goes_on_working_beside_it(client, clock, settings):
    settings.STAFF_PASSKEY_REQUIRED = True
    member(clock)
    by_number(client)
    add(client)
    fresh = stranger()
    by_number(fresh, steps=1)
    assert fresh.get("/staff/tickets/").status_code == 200


def test_staff_add_one_only_soon_after_both_factors(client, clock):
    member(clock)
    by_number(client)
    clock.pass_(minutes=11)
    assert client.get("/passkeys/add/").url == "/staff/login/?next=/passkeys/add/"
    assert options(client, "enrol").status_code == 403


def test_a_password_alone_adds_none(client, clock):
    client.force_login(member(clock))
    session = client.session
    session["started_at"] = session["seen_at"] = clock().isoformat()
    session.save()
    assert options(client, "enrol").status_code == 403
    assert "/login/" in client.post("/passkeys/add/", {"credential": "{}"}).url


def test_the_last_one_stays_where_it_is_required(client, clock, settings):
    settings.STAFF_PASSKEY_REQUIRED = True
    member(clock)
    by_number(client)
    add(client)
    pk = credentials().get().pk
    assert client.post(f"/passkeys/{pk}/remove/").status_code == 200
    add(client)
    assert client.post(f"/passkeys/{pk}/remove/").status_code == 302
    assert credentials().get().pk != pk


def test_a_session_that_hangs_on_a_removed_passkey_is_over(client, clock):
    member(clock)
    by_number(client)
    phone = add(client)
    fresh = stranger()
    password(fresh)
    use(fresh, phone, path="/staff/login/passkey/", ceremony="staff")
    client.post(f"/passkeys/{credentials().get().pk}/remove/")
    assert fresh.get("/staff/tickets/").status_code == 302


# --- Races ------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_twenty_parallel_answers_to_one_challenge_are_one_login():
    _visitor, phone = borrower_with_passkey(counts=False)
    browser = stranger()
    signed = phone.sign(options(browser, "login"))
    tabs = [twin(browser) for _tab in range(20)]
    answers = at_once(20, lambda n: tabs[n].post("/login/passkey/", {"credential": signed}))
    assert sorted(answer.status_code for answer in answers) == [200] * 19 + [302]


@pytest.mark.django_db(transaction=True)
def test_thirty_parallel_begins_of_one_session_stay_within_the_budget(settings):
    browser = stranger()
    options(browser, "login")
    tabs = [twin(browser) for _tab in range(30)]
    answers = at_once(30, lambda n: tabs[n].post("/passkeys/begin/login/").status_code)
    assert answers.count(200) == settings.PASSKEY_BEGINS_SESSION - 1


def twin(client):
    """The same browser session in another tab."""
    other = stranger()
    other.cookies["sessionid"] = client.cookies["sessionid"].value
    return other
