"""Requests for recovery, each brought to where a test begins."""

import datetime as dt
import hashlib
import itertools
import json
import uuid
from typing import Any

from django.test import Client
from django.utils import timezone

from accounts.captcha import letters
from accounts.codes import code_for
from accounts.models import Delivery, LoginChallenge
from accounts.services import captchas
from accounts.services.challenges import Asker
from accounts.services.visit import Visit
from creditquery.tests.conftest import ID_NUMBER
from portal.work.services import claim
from portal.work.states import Lane
from portal.work.tasks import perform
from recovery.models import RecoveryPage, RecoveryPaper, RecoveryTicket
from recovery.services import deciding, enrolling, tickets, waiting
from recovery.services.tickets import Wanted
from recovery.states import WANTED, PaperKind
from reviews.states.documents import DocumentState

SERIAL = itertools.count(1)
DAY, HOUR, SECOND = dt.timedelta(days=1), dt.timedelta(hours=1), dt.timedelta(seconds=1)
OLD = "13800000001"
VISIT = Visit(device_token="", label="Safari", language="en", network_hash="n" * 64)


def fresh_address():
    return f"137{next(SERIAL):08d}"


def asker(network="home", binding="b"):
    digest = hashlib.sha256(network.encode()).hexdigest()
    return Asker(binding=binding, device_token="", network_hash=digest, language="en")


def wanted(**given):
    values: dict[str, Any] = {
        "name": "王小二",
        "id_number": ID_NUMBER,
        "old_phone": OLD,
        "address": fresh_address(),
        "lost": ["phone", "device"],
    }
    return Wanted(**{**values, **given})


def begun(now, *, network="home", **given):
    """Asked for with a captcha that was answered; the code is on its way."""
    fresh = captchas.fresh(now=now)
    return tickets.begin(
        wanted=wanted(**given),
        asker=asker(network),
        captcha_id=str(fresh.pk),
        answer=letters(fresh.pk),
        now=now,
    )


def code_of(challenge):
    """What the phone or the mailbox shows: derived here as the sender derives it."""
    return code_for(uuid.UUID(str(challenge.pk)), challenge.purpose)


def opened(now, **given):
    ticket = begun(now, **given)
    challenge = LoginChallenge.objects.get(pk=ticket.proof)
    return tickets.prove(ticket=ticket, challenge=challenge, code=code_of(challenge), now=now)


def paper(ticket, kind, now):
    """One that was checked, without the machinery that checks."""
    content = f"{kind} {next(SERIAL)}".encode()
    made = RecoveryPaper.objects.create(
        ticket=ticket,
        kind=kind,
        state=DocumentState.SANITISED,
        name=f"{kind}.jpg",
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        original=content,
        copy=content,
        media_type="image/jpeg",
        pages_count=1,
        uploaded_at=now,
        changed_at=now,
    )
    RecoveryPage.objects.create(
        paper=made,
        number=1,
        image=b"\xff\xd8picture",
        media_type="image/jpeg",
        width=60,
        height=80,
        words="[]",
    )
    return made


def handed_in(now, *, authorised=False, **given):
    ticket, _word = opened(now, **given)
    for kind in (*WANTED, *([PaperKind.AUTHORISATION] if authorised else [])):
        paper(ticket, kind, now)
    tickets.hand_in(ticket=ticket, now=now)
    return fresh(ticket)


def approved(now, first, second, **given):
    ticket = handed_in(now, **given)
    deciding.propose(ticket=ticket, by=first, reason="papers-agree", text="", now=now)
    deciding.agree(ticket=ticket, by=second, text="", now=now)
    return fresh(ticket)


def ready(now, first, second, **given):
    """Approved a day before `now`, so that the link is out."""
    ticket = approved(now - DAY, first, second, **given)
    assert waiting.release_due(now=now) == 1
    return fresh(ticket)


def enrolled(now, first, second, **given):
    ticket = ready(now, first, second, **given)
    link = tickets.selectors.link(word_sent(ticket), kind="enrol", now=now)
    assert link is not None
    challenge = enrolling.ask(link=link, phone=fresh_address(), asker=asker(), now=now)
    enrolling.enrol(link=link, challenge=challenge, code=code_of(challenge), visit=VISIT, now=now)
    return fresh(ticket)


def fresh(ticket):
    return RecoveryTicket.objects.select_related("account").get(pk=ticket.pk)


def told(kind, **where):
    """The contents of the messages of a kind, oldest first."""
    rows = Delivery.objects.filter(kind=f"recovery.{kind}", **where).order_by("created_at", "pk")
    return [json.loads(row.context) for row in rows]


def word_sent(ticket, kind="link"):
    """What whoever reads the message has; here from its sealed contents."""
    sent = [each for each in told(kind) if each["no"] == ticket.number]
    return str(sent[-1]["word"])


def work_off(lane=Lane.MESSAGE, kind="recovery."):
    """Do the work of this app that is due in a lane; what sends messages is left alone."""
    done = 0
    while claims := claim(lane=lane, now=timezone.now(), holder="test"):
        for each in claims:
            if each.kind.startswith(kind):
                perform(each)
                done += 1
    return done


class Stranger:
    """A browser that nobody is logged in at, by plain POSTs."""

    def __init__(self, address="203.0.113.9"):
        self.client = Client(REMOTE_ADDR=address, HTTP_USER_AGENT="Mozilla/5.0 (iPhone) Safari/605")

    def form(self, **given):
        return {**vars_of(wanted(**given))}

    def ask(self, **given):
        """As a person does: the captcha comes with the first answer."""
        form = self.form(**given)
        page = self.client.post("/en/recovery/", form)
        captcha = page.context["captcha"] if page.context else None
        if captcha is None:
            return page
        answer = {"captcha_id": str(captcha.pk), "captcha": letters(captcha.pk)}
        return self.client.post("/en/recovery/", {**form, **answer})

    def waiting(self, key="recovery_waits"):
        return LoginChallenge.objects.get(pk=self.client.session[key]["challenge"])

    def open(self, **given):
        assert self.ask(**given).status_code == 302
        page = self.client.post("/en/recovery/code/", {"code": code_of(self.waiting())})
        assert page.status_code == 302, page.content.decode()
        return RecoveryTicket.objects.get(number=page["Location"].rstrip("/").split("/")[-1])


def vars_of(given):
    return {name: getattr(given, name) for name in Wanted.__dataclass_fields__}
