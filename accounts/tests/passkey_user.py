"""A person at a browser of the test client who has a passkey, or gets one."""

import json

from accounts.tests.authenticator import Phone
from accounts.tests.visitor import Visitor, fresh_phone


def options(client, ceremony, **fields):
    """What the browser is to sign; or the answer, where it was refused."""
    answer = client.post(f"/passkeys/begin/{ceremony}/", fields)
    return json.loads(answer.content) if answer.status_code == 200 else answer


def add(client, phone=None, name="blue phone"):
    """The client's person gets a passkey; gives the phone that holds it."""
    phone = phone or Phone()
    made = phone.make(options(client, "enrol"))
    answer = client.post("/passkeys/add/", {"credential": made, "name": name})
    assert answer.status_code == 302, answer.content.decode()
    return phone


def use(client, phone, *, path="/login/passkey/", ceremony="login", **fields):
    """A whole ceremony; gives the portal's answer to it."""
    asked = options(client, ceremony, **fields)
    return client.post(path, {"credential": phone.sign(asked), **fields})


def borrower_with_passkey(**kwargs):
    """(visitor who is logged in, phone that holds the passkey)"""
    visitor = Visitor(fresh_phone()).log_in()
    return visitor, add(visitor.client, Phone(**kwargs))


def stranger():
    return Visitor(fresh_phone()).client
