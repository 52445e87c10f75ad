"""A person with a browser of the test client, who logs in by plain POSTs."""

import itertools
import uuid

from django.test import Client

from accounts.codes import code_for
from accounts.models import LoginChallenge, User
from accounts.selectors import phone_hash

_serial = itertools.count(1)


def fresh_phone():
    return f"139{next(_serial):08d}"


def wrong(code):
    return f"{(int(code) + 1) % 10**6:06d}"


class Visitor:
    def __init__(self, phone, address="203.0.113.7"):
        self.phone = phone
        self.client = Client(REMOTE_ADDR=address, HTTP_USER_AGENT="Mozilla/5.0 (iPhone) Safari/605")

    def ask(self, onward="", **fields):
        return self.client.post(f"/login/{onward}", {"phone": self.phone, **fields})

    def enter(self, code=None):
        return self.client.post("/login/code/", {"code": code or self.code})

    def again(self, channel="sms"):
        return self.client.post("/login/code/again/", {"channel": channel})

    def log_in(self):
        assert self.ask().status_code == 302
        response = self.enter()
        assert response.status_code == 302, response.content.decode()
        return self

    @property
    def challenge(self):
        kept = self.client.session["waiting_for_code"]["challenge"]
        return LoginChallenge.objects.get(pk=kept)

    @property
    def code(self):
        """What the phone shows: derived here as the sender derives it."""
        return code_for(uuid.UUID(str(self.challenge.pk)), self.challenge.purpose)

    @property
    def user(self):
        return User.objects.get(phone_hash=phone_hash(self.phone))

    @property
    def logged_in(self):
        return "_auth_user_id" in self.client.session
