"""Issued codes appear in no table, no Redis key, no log line and no page."""

import logging

import pytest
import redis
from django.conf import settings
from django.db import connection
from django.utils import timezone

from accounts.services import staff
from accounts.tests.visitor import Visitor, fresh_phone, wrong
from portal.work.tasks import drain

pytestmark = pytest.mark.django_db(transaction=True)


def database_text():
    """Every value of every table as text, bytes as hex and as they are."""
    parts = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT t::text FROM "{table}" t')  # noqa: S608 (a table's own name)
            parts += [row[0] for row in cursor.fetchall()]
            cursor.execute(
                "SELECT column_name FROM information_schema.columns"
                " WHERE table_name = %s AND data_type = 'bytea'",
                [table],
            )
            for (column,) in cursor.fetchall():
                cursor.execute(f'SELECT "{column}" FROM "{table}"')  # noqa: S608
                parts += [bytes(row[0] or b"").decode("latin-1") for row in cursor.fetchall()]
    return "\n".join(parts)


def redis_text():
    found = []
    for number in (0, 1, 3):
        server = redis.Redis.from_url(settings.REDIS_URL, db=number)
        for key in server.scan_iter():
            dumped = server.dump(key) or b""
            found.append(key.decode("latin-1") + dumped.decode("latin-1"))
    return "\n".join(found)


def test_no_code_is_anywhere(outside, caplog):
    caplog.set_level(logging.DEBUG)
    codes, pages = [], []
    for number in range(25):
        visitor = Visitor(fresh_phone())
        visitor.ask()
        drain("message")
        code = visitor.code
        assert outside.messages("phone", visitor.phone)[-1]["code"] == code
        pages.append(visitor.client.get("/login/code/").content.decode())
        pages.append(visitor.enter(wrong(code)).content.decode().replace(wrong(code), ""))
        if number % 2:
            visitor.enter()
        codes.append(code)
    texts = {
        "database": database_text(),
        "Redis": redis_text(),
        "log": caplog.text,
        "pages": "\n".join(pages),
    }
    assert len(texts["database"]) > 10_000
    for place, text in texts.items():
        assert [code for code in codes if stands_alone(code, text)] == [], place


def stands_alone(code, text):
    """Six digits by chance inside a longer number or a hash are not the code."""
    at = text.find(code)
    while at >= 0:
        around = text[at - 1 : at] + text[at + 6 : at + 7]
        if not any(letter.isalnum() or letter == "." for letter in around):
            return True
        at = text.find(code, at + 1)
    return False


def test_a_refused_authenticator_number_is_not_kept(client):
    """axes keeps the parameters of failed logins: not this one."""
    now = timezone.now()
    staff.create(
        username="chen", role="auditor", password="pass word 99", secret=b"s" * 20, now=now
    )
    client.post("/staff/login/", {"username": "chen", "password": "pass word 99"})
    client.post("/staff/login/token/", {"otp_token": "918273"})
    assert "staff_password_given" in client.session
    text = database_text()
    assert "/staff/login/token/" in text  # the failure itself is there
    assert not stands_alone("918273", text) and "pass word 99" not in text
