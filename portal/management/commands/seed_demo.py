"""Fills a development portal with people who tell its story; run again, it keeps what is there."""

import base64
import json
import secrets
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from accounts.models import Authenticator, User
from accounts.models.factors import fresh_secret
from accounts.roles import Role
from accounts.services import staff
from creditquery.services import channels
from portal.management import demo, demo_incident, demo_reviews

ACCOUNTS = settings.VAR / "demo_accounts.json"
STAFF = (
    ("loan.officer", Role.LOAN_OFFICER, "sees queries and loans"),
    ("risk.officer", Role.RISK_OFFICER, "may reveal an answer that was not used, for a reason"),
    ("compliance", Role.COMPLIANCE_OFFICER, "reads who looked at which report"),
    ("auditor", Role.AUDITOR, "reads everything, writes nothing"),
    ("administrator", Role.ADMINISTRATOR, "runs the portal, keeps the list of lenders"),
)
# One for each lender, in the order of demo.LENDERS.
LENDER_USERS = (
    ("lender.yuanshan", "works at 远山银行（演示）: its loans, deadlines and letters"),
    ("lender.qinghe", "works at 青禾消费金融（演示）: its loans, deadlines and letters"),
)


class Command(BaseCommand):
    help = "Makes demonstration data. Keeps what is there; refuses to run in production."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("Demonstration data has no place in production.")
        for name in channels.sync(now=timezone.now()):
            self.stdout.write(f"Channel {name} was filled from the environment.")
        lenders, now = demo.lenders(), timezone.now()
        self.stdout.write("Borrowers (log in with a code, see the simulated phones):")
        accounts: list[dict[str, str]] = []
        for scene in demo.SCENES:
            demo.play(scene)
            accounts.append({"role": Role.BORROWER, "phone": scene.phone, "note": scene.story})
            self.stdout.write(f"  {scene.phone}  {scene.name}  {scene.story}")
        self.stdout.write("Staff (password and authenticator):")
        known = {row.get("username"): row for row in _stored()}
        for username, role, note in STAFF:
            accounts.append(_member(username, role, note, known.get(username)))
            self.stdout.write(f"  {username}  {note}")
        for (username, note), lender in zip(LENDER_USERS, lenders, strict=True):
            accounts.append(_member(username, Role.LENDER_USER, note, known.get(username)))
            demo_incident.employ(User.objects.get(username=username), lender, now)
            self.stdout.write(f"  {username}  {note}")
        people = {user.username or "": user for user in User.objects.exclude(username=None)}
        began_at = now - demo.YESTERDAY - demo_incident.BEFORE_THE_FIRST
        if demo_incident.play(people, began_at=began_at, now=now):
            self.stdout.write("Yesterday's outage, with letters, extensions, compensation.")
        if demo_reviews.play(people, now=now):
            self.stdout.write("Manual reviews: one waits, one was approved, one refused.")
        if demo_reviews.places():
            self.stdout.write("Branches and machines, all of them made up.")
        _store(accounts)
        self.stdout.write(f"Passwords and authenticator secrets: {ACCOUNTS}")


def _member(username: str, role: str, note: str, known: dict[str, str] | None) -> dict[str, str]:
    """A member of staff whose password is known; without the file it gets a new one."""
    user = User.objects.filter(username=username).first()
    if user is not None and known is not None:
        return known
    password, secret = secrets.token_urlsafe(12), fresh_secret()
    with transaction.atomic():
        if user is None:
            now = timezone.now()
            staff.create(username=username, role=role, password=password, secret=secret, now=now)
        else:
            user.set_password(password)
            user.save(update_fields=["password"])
            Authenticator.objects.filter(user=user).update(secret=secret, last_step=-1)
    return {
        "role": role,
        "username": username,
        "password": password,
        "totp_secret": base64.b32encode(secret).decode(),
        "note": note,
    }


def _stored() -> list[dict[str, str]]:
    return json.loads(ACCOUNTS.read_text("utf-8")) if ACCOUNTS.exists() else []


def _store(accounts: list[dict[str, str]]) -> None:
    """Readable by the owner alone, and never half written."""
    ACCOUNTS.parent.mkdir(parents=True, exist_ok=True)
    draft = ACCOUNTS.with_suffix(".new")
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(accounts, ensure_ascii=False, indent=2), "utf-8")
    draft.replace(ACCOUNTS)
