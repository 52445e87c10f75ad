"""Logins that are held: a policy under which a new browser is enough, and people to settle it."""

from accounts.models import Hold, RiskPolicy
from accounts.roles import Role
from accounts.services import risk_policies, staff
from accounts.tests.visitor import Visitor

STRICT = {"prior": -9210, "notify": -9000, "step_up": -8000, "hold": -7000}
PASSWORD, SECRET = "correct horse battery staple", b"12345678901234567890"


def member(clock, username, role=Role.RISK_OFFICER):
    return staff.create(username=username, role=role, password=PASSWORD, secret=SECRET, now=clock())


def strict(clock):
    """From now on a person's second browser is held."""
    policy = RiskPolicy(**STRICT, rationale="test")
    risk_policies.draft(policy=policy, by=member(clock, "maker-of-policies"), now=clock())
    publisher = member(clock, "publisher-of-policies", Role.COMPLIANCE_OFFICER)
    risk_policies.publish(policy=policy, by=publisher, now=clock())


def held(visitor, clock, address="198.51.100.9"):
    """The same person at another browser, held."""
    visitor.log_in()
    clock.pass_(minutes=2)
    again = Visitor(visitor.phone, address=address)
    again.ask()
    assert again.enter().url == "/login/held/"
    assert not again.logged_in
    return again


def hold_of(visitor):
    return Hold.objects.select_related("login__user").get(login__user=visitor.user)
