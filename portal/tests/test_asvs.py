"""docs/asvs.md answers for every requirement, each test that it names exists, and what no other
test holds is held here."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from accounts.tests.visitor import Visitor, fresh_phone
from creditquery.tests.staff import member
from portal.tests.test_pages import PUBLIC, addresses, patterns

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/asvs.md").read_text("utf-8")
VERDICTS = {"yes", "partly", "no", "n/a"}
# OWASP ASVS 5.0.0, chapters V6 and V7: the level of each requirement, section by section.
LEVELS = {
    "6.1": "122",
    "6.2": "111111112222",
    "6.3": "11223333",
    "6.4": "112233",
    "6.5": "22222333",
    "6.6": "2223",
    "6.7": "33",
    "6.8": "2222",
    "7.1": "222",
    "7.2": "1111",
    "7.3": "22",
    "7.4": "11222",
    "7.5": "223",
    "7.6": "22",
}
NIST = {
    "2.2.1", "2.2.2", "2.2.3", "3.1.1.1", "3.1.1.2", "3.1.2.1", "3.1.2.2", "3.1.3.1", "3.1.3.2",
    "3.1.3.3", "3.1.4.1", "3.1.4.2", "3.1.6.2", "3.1.7.1", "3.2.1", "3.2.2", "3.2.3", "3.2.4",
    "3.2.5", "3.2.8", "3.2.9", "3.2.12", "4.1", "4.1.2.1", "4.2.1", "4.2.1.1", "4.2.1.2",
    "4.2.1.3", "4.2.1.4", "4.2.2.2", "4.2.3", "4.3", "4.4", "4.5", "4.6", "5.1", "5.1.1", "5.1.2",
    "5.2", "5.3", "B.2", "B.3",
}  # fmt: skip
FOLDERS = {"": "accounts/tests", "browser": "portal/tests/browser"}
NAMED = re.compile(r"`((?:\w+/)?test_\w+)::(test_\w+)`")


def rows(width):
    """The tables with so many columns, as lists of cells."""
    for line in PAGE.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| ") and len(cells) == width and re.match(r"[\dB]\.", cells[0]):
            yield cells


ASVS = list(rows(5))
SHALLS = [cells for cells in rows(4) if cells[2] in VERDICTS]


@cache
def known(module):
    folder, _, name = module.rpartition("/")
    path = ROOT / FOLDERS.get(folder, f"{folder}/tests") / f"{name}.py"
    tree = ast.parse(path.read_text("utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_no_requirement_of_asvs_is_missing():
    wanted = {
        (f"{section}.{number}", level)
        for section, levels in LEVELS.items()
        for number, level in enumerate(levels, 1)
    }
    assert {(number, level) for number, level, *_ in ASVS} == wanted
    assert len(ASVS) == len(wanted) == 66


def test_every_section_of_nist_that_is_ours_is_there():
    assert {section for section, *_ in SHALLS} == NIST
    assert len(SHALLS) > 80


@pytest.mark.parametrize("cells", [*ASVS, *SHALLS], ids=lambda cells: f"{cells[0]} {cells[-3]}")
def test_each_row_is_proved_or_says_why_not(cells):
    verdict, reason = cells[-2:]
    assert verdict in VERDICTS
    if verdict == "yes":
        assert NAMED.search(reason) or "](" in reason
    else:
        assert len(NAMED.sub("", reason)) > 20, "a reason in words"


@pytest.mark.parametrize(("module", "test"), sorted(set(NAMED.findall(PAGE))))
def test_each_test_that_is_named_exists(module, test):
    assert test in known(module)


def test_nothing_is_named_in_another_way():
    assert len(re.findall("::", PAGE)) == len(NAMED.findall(PAGE)) + 1  # the one of the preface


def test_the_page_is_led_to():
    assert "(asvs.md)" in (ROOT / "docs/security.md").read_text("utf-8")


# --- What only this page asks for -----------------------------------------------------------

PASSWORD_PAGES = ["/staff/login/", "/login/password/", "/staff/password/"]


def opened(path):
    return (member(Role.AUDITOR) if path == "/staff/password/" else Client()).get(path)


@pytest.mark.django_db
@pytest.mark.parametrize("path", PASSWORD_PAGES)
def test_password_fields_are_masked_and_welcome_managers(path):
    page = opened(path).content.decode()
    fields = re.findall(r"<input[^>]*autocomplete=\"(?:current|new)-password\"[^>]*>", page)
    assert fields and all('type="password"' in field for field in fields)
    assert "onpaste" not in page and 'autocomplete="off"' not in "".join(fields)


@pytest.mark.django_db
def test_password_fields_say_what_makes_a_good_one():
    assert "12" in re.findall(r"hint[^<]*>([^<]+)<", opened("/staff/password/").content.decode())[0]


def test_no_password_has_an_age():
    names = {field.name for field in User._meta.get_fields()}
    assert not {name for name in names if "password" in name} - {"password"}
    assert not [name for name in dir(settings) if "PASSWORD" in name and "AGE" in name]


def test_no_person_has_a_hint_or_a_question():
    names = {field.name for field in User._meta.get_fields()}
    assert not [name for name in names if re.search("hint|question|answer", name)]


@pytest.mark.django_db
def test_demonstration_accounts_are_refused_in_production(settings):
    settings.PRODUCTION = True
    with pytest.raises(CommandError):
        call_command("seed_demo")
    assert not User.objects.exists()


@pytest.mark.django_db
def test_a_session_key_has_128_random_bits():
    keys = {SessionStore()._get_new_session_key() for _ in range(200)}
    signs = set("".join(keys))
    assert len(keys) == 200 and {len(key) for key in keys} == {32}
    assert len(signs) ** 32 > 2**128


def test_a_password_hash_is_salted_for_each():
    assert make_password("the same sentence") != make_password("the same sentence")


def named():
    """An example of each address, and whether it is public."""
    yield from zip(addresses(), (name in PUBLIC for name, _pattern in patterns()), strict=True)


@pytest.mark.django_db
def test_every_page_of_a_session_shows_the_way_out():
    """Of the borrower's, and of the staff's outside the admin, which has its own."""
    wanted = {path for path, public in named() if not public} - {reverse("accounts:logout")}
    for browser in (Visitor(fresh_phone()).log_in().client, member(Role.ADMINISTRATOR)):
        shown = 0
        for path in wanted:
            answer = browser.get(path)
            html = answer.headers.get("Content-Type", "").startswith("text/html")
            if answer.status_code == 200 and html and b"<main" in answer.content:
                assert b'action="/logout/"' in answer.content, path
                shown += 1
        assert shown > 15


@pytest.mark.django_db
def test_no_session_begins_by_a_get():
    """Whatever a stranger opens: no answer logs anybody in."""
    for path in set(addresses()):
        stranger = Client()
        stranger.get(path)
        assert "_auth_user_id" not in stranger.session, path
    assert "accounts:login" in PUBLIC


@pytest.mark.django_db
def test_the_pages_of_factors_say_how_to_keep_them():
    browser = Visitor(fresh_phone()).log_in().client
    sheet = browser.post("/en/account/factors/codes/", follow=True).content.decode()
    assert "Keep the sheet where you keep your papers" in sheet


def test_cookies_of_production_are_narrow():
    source = (ROOT / "portal/settings.py").read_text("utf-8")
    assert '"__Host-session", "__Host-csrf"' in source
    assert "SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True" in source
    assert settings.SESSION_COOKIE_HTTPONLY and settings.CSRF_COOKIE_HTTPONLY
    for name in ("DEVICE_COOKIE", "STAFF_COOKIE"):
        assert f'{name} = "__Host-' in (ROOT / "accounts/views/browser.py").read_text("utf-8")
