"""Staff: password and authenticator, both, in this order; invited, locked, disabled."""

import re

import pytest
from axes.models import AccessAttempt
from django.contrib.admin import site
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django_otp.oath import totp

from accounts.models import Authenticator, Invitation, User
from accounts.roles import Role
from accounts.services import staff
from evidence.models import Record

pytestmark = pytest.mark.django_db
SECRET = b"12345678901234567890"
PASSWORD = "correct horse battery staple"


def member(clock, role=Role.ADMINISTRATOR, username="chen"):
    return staff.create(username=username, role=role, password=PASSWORD, secret=SECRET, now=clock())


def token(steps=0):
    return f"{totp(SECRET, drift=steps):06d}"


def password(client, username="chen", word=PASSWORD, onward="", language=""):
    return client.post(f"{language}/staff/login/{onward}", {"username": username, "password": word})


def number(client, otp_token):
    return client.post("/staff/login/token/", {"otp_token": otp_token})


def log_in(client, onward=""):
    assert password(client, onward=onward).url == "/staff/login/token/"
    return number(client, token())


def test_both_factors_open_the_admin(client, clock):
    member(clock)
    assert log_in(client).url == "/admin/"
    assert client.get("/admin/").status_code == 200


def test_the_password_alone_opens_nothing(client, clock):
    member(clock)
    password(client)
    assert "_auth_user_id" not in client.session
    assert client.get("/admin/").status_code == 302
    assert client.get("/staff/tickets/").status_code == 302


def test_a_session_without_a_verified_factor_opens_no_admin(client, clock):
    client.force_login(member(clock))
    session = client.session
    session["started_at"] = session["seen_at"] = clock().isoformat()
    session.save()
    answer = client.get("/admin/")
    assert answer.status_code == 302 and "/staff/login/" in client.get(answer.url).url


@pytest.mark.parametrize(("username", "word"), [("chen", "wrong"), ("nobody", PASSWORD)])
def test_a_wrong_name_and_a_wrong_password_read_the_same(client, clock, username, word):
    member(clock)
    page = password(client, username, word).content.decode()
    assert "data-error-summary" in page and "otp_token" not in page
    assert client.get("/staff/login/token/").url == "/staff/login/"


def test_five_failures_lock_the_name_from_this_address_for_a_quarter_of_an_hour(client, clock):
    member(clock)
    for _ in range(5):
        answer = password(client, word="wrong")
    assert answer.status_code == 429
    assert password(client, language="/en").content.count(b"Too many failed logins from here") > 0
    elsewhere = Client(REMOTE_ADDR="198.51.100.77")
    assert password(elsewhere).status_code == 302


def test_wrong_numbers_count_like_wrong_passwords(client, clock, settings):
    settings.OTP_TOTP_THROTTLE_FACTOR = 0
    member(clock)
    password(client)
    for _ in range(5):
        number(client, "000000" if token() != "000000" else "000001")
    assert number(client, token()).status_code != 302
    assert "_auth_user_id" not in client.session


def test_a_number_works_once(client, clock):
    member(clock)
    used = token()
    log_in(client)
    again = Client()
    password(again)
    assert number(again, used).status_code == 200


@pytest.mark.parametrize("typed", ["", "12345", "1_2_3_4_5_6", "abcdef"])
def test_what_is_no_number_is_named(client, clock, typed):
    member(clock)
    password(client)
    assert 'id="id_otp_token_error"' in number(client, typed).content.decode()


def test_full_width_digits_are_accepted(client, clock):
    member(clock)
    password(client)
    typed = token().translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    assert number(client, typed).status_code == 302


def test_the_password_is_remembered_for_five_minutes_only(client, clock):
    member(clock)
    password(client)
    clock.pass_(minutes=6)
    assert number(client, token()).url == "/staff/login/"


def test_the_session_key_changes_at_both_steps(client, clock):
    member(clock)
    password(client)
    half = client.session.session_key
    number(client, token())
    assert client.session.session_key != half


def test_a_disabled_member_is_out_on_the_next_request(client, clock):
    user = member(clock)
    log_in(client)
    boss = member(clock, username="boss")
    staff.set_active(user=user, active=False, by=boss, now=clock())
    assert client.get("/admin/").status_code == 302
    assert password(client).status_code == 200


def test_eight_hours_end_a_staff_session(client, clock):
    member(clock)
    log_in(client)
    for _ in range(47):
        clock.pass_(minutes=10)
        assert client.get("/admin/").status_code == 200
    clock.pass_(minutes=10)
    assert client.get("/admin/").status_code == 302


def test_an_invitation_makes_a_member_with_both_factors(client, clock):
    member(clock)
    log_in(client)
    page = client.post("/staff/people/invite/", {"username": "lin", "role": "auditor"})
    link = re.search(r"/staff/invitation/[\w-]+/", page.content.decode())[0]
    newcomer = Client()
    welcome = newcomer.get(link).content.decode()
    secret = Authenticator.objects.get(user__username="lin")
    assert secret.secret_base32 in welcome and "<svg" in welcome
    form = {"password": PASSWORD, "otp_token": f"{totp(bytes(secret.secret)):06d}"}
    assert newcomer.post(link, form).url == "/staff/login/"
    assert newcomer.get(link).status_code == 404
    assert User.objects.get(username="lin").check_password(PASSWORD)
    assert Record.objects.filter(kind="accounts.user.enrolled").count() == 1


@pytest.mark.parametrize("word", ["short", "123456789012", "password1234"])
def test_a_weak_password_is_named(clock, word):
    link = (
        f"/staff/invitation/{staff.invite(username='lin', role='auditor', by=None, now=clock())}/"
    )
    page = Client().post(link, {"password": word, "otp_token": "123456"}).content.decode()
    assert 'id="id_password_error"' in page


def test_an_old_invitation_is_gone(client, clock):
    token = staff.invite(username="lin", role="auditor", by=None, now=clock())
    clock.pass_(days=4)
    assert client.get(f"/staff/invitation/{token}/").status_code == 404


def test_a_new_invitation_replaces_the_old_one(client, clock):
    first = staff.invite(username="lin", role="auditor", by=None, now=clock())
    staff.invite(username="lin", role="auditor", by=None, now=clock())
    assert client.get(f"/staff/invitation/{first}/").status_code == 404
    assert Invitation.objects.count() == 1


def test_nobody_is_invited_twice(client, clock):
    member(clock, username="lin")
    member(clock)
    log_in(client)
    page = client.post("/staff/people/invite/", {"username": "lin", "role": "auditor"})
    assert 'id="id_username_error"' in page.content.decode()


def test_the_secret_is_sealed_at_rest(clock):
    member(clock)
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM accounts_authenticator")
        assert SECRET not in bytes(cursor.fetchone()[0])


def test_of_two_who_open_one_invitation_the_second_sets_nothing(client, clock):
    word = staff.invite(username="lin", role="auditor", by=None, now=clock())
    first, second = (staff.invitation(token=word, now=clock()) for _person in range(2))
    secret = bytes(Authenticator.objects.get().secret)
    numbers = [f"{totp(secret, drift=steps):06d}" for steps in (0, 1)]
    assert staff.accept(invited=first, password=PASSWORD, otp_token=numbers[0], now=clock())
    assert not staff.accept(invited=second, password="taken", otp_token=numbers[1], now=clock())
    assert User.objects.get(username="lin").check_password(PASSWORD)


def test_an_invitation_leads_to_our_own_site_whatever_the_host_header_says(client, clock, settings):
    settings.ALLOWED_HOSTS = ["*"]
    member(clock)
    log_in(client)
    form = {"username": "lin", "role": "auditor"}
    page = client.post("/staff/people/invite/", form, headers={"host": "evil.example"})
    assert f"{settings.SITE_URL}/staff/invitation/" in page.content.decode()
    assert "evil.example" not in page.content.decode()


def test_what_is_typed_as_a_user_name_is_not_kept(client, clock):
    """People type a phone, or the password, into the wrong field."""
    password(client, username="13812345678", word="x")
    assert AccessAttempt.objects.get().failures_since_start == 1
    assert "13812345678" not in str(AccessAttempt.objects.values())


def every_admin_address():
    for pattern in site.get_urls():
        nested = getattr(pattern, "url_patterns", None)
        for name, prefix in [(p.pattern, pattern.pattern) for p in nested or ()] or [
            (pattern.pattern, "")
        ]:
            path = re.sub(r"<[^>]+>", "1", f"{prefix}{name}")
            if re.fullmatch(r"[\w/-]*", path):
                yield f"/admin/{path}"


def test_each_address_of_the_admin_wants_the_second_factor(client, clock):
    client.force_login(member(clock))
    session = client.session
    session["started_at"] = session["seen_at"] = clock().isoformat()
    session.save()
    addresses = set(every_admin_address()) - {"/admin/login/", "/admin/logout/"}
    assert len(addresses) > 60
    for address in addresses:
        for answer in (client.get(address), client.post(address)):
            assert (answer.status_code, "/login/" in answer.url) == (302, True), address


def test_logging_in_takes_the_failures_before_it_away(client, clock):
    member(clock)
    for _ in range(4):
        password(client, word="wrong")
    log_in(client)
    client.post("/logout/")
    assert password(client, word="wrong").status_code == 200


def test_a_large_upload_is_not_written_into_a_temporary_folder(client, db):
    upload = SimpleUploadedFile("x.bin", b"A" * 3_000_000)
    answer = client.post("/staff/login/", {"username": upload})
    assert answer.status_code == 200
    assert not answer.wsgi_request.FILES
