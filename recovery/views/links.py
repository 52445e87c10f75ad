"""What the links of messages lead to: stopping a recovery, and setting the new phone. No login: who
has the message has the link, and a browser of the staff is turned away from the second."""

import datetime as dt
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.access import borrower_required
from accounts.forms import CodeForm
from accounts.models import LoginChallenge
from accounts.refusals import Refused
from accounts.selectors import is_open
from accounts.services import challenges
from accounts.states import Channel
from accounts.views import browser, refusal
from portal import catalogue
from recovery.forms.borrower import LinkForm, NewPhoneForm
from recovery.models import RecoveryLink
from recovery.selectors import tickets as selectors
from recovery.services import enrolling, tickets
from recovery.states import LinkKind
from recovery.views import keeping

WAITING = "enrolment_waits"


class Waiting(NamedTuple):
    challenge: LoginChallenge
    link: RecoveryLink


@login_not_required
@never_cache
def enter_stop(request: HttpRequest) -> HttpResponse:
    """For whoever types the word of a text message."""
    return _enter(request, "recovery:stop", "recovery/stop_word.html")


@login_not_required
@never_cache
def enter_enrol(request: HttpRequest) -> HttpResponse:
    return _enter(request, "recovery:enrol", "recovery/enrol_word.html")


def _enter(request: HttpRequest, to: str, page: str) -> HttpResponse:
    form = LinkForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return redirect(to, word=form.cleaned_data["word"])
    return render(request, page, {"form": form})


@login_not_required
@never_cache
def stop(request: HttpRequest, word: str) -> HttpResponse:
    """GET shows, POST stops: a program that looks at links in mails stops nothing."""
    now = timezone.now()
    link = _link(word, LinkKind.STOP, now)
    if link is None:
        return _over(request)
    if request.method != "POST":
        return render(request, "recovery/stop.html", {"ticket": link.ticket, "word": word})
    try:
        tickets.stop(link=link, now=now)
    except Refused:
        return _over(request)
    return render(request, "recovery/stopped.html", {"ticket": link.ticket})


@require_POST
@borrower_required
def stop_as_owner(request: Any, number: str) -> HttpResponse:
    """From the account's own page."""
    try:
        tickets.stop_as_owner(owner=request.user, number=number, now=timezone.now())
        messages.success(request, _("The request is stopped. Nothing was changed."))
    except Refused as error:
        messages.warning(request, refusal.sentence(error))
    return redirect("accounts:account")


# --- The new phone --------------------------------------------------------------------------


@login_not_required
@never_cache
def enrol(request: HttpRequest, word: str) -> HttpResponse:
    """The number to which the code goes; where the new address is one, it is that."""
    now = timezone.now()
    link = _link(word, LinkKind.ENROL, now)
    if link is None:
        return _over(request)
    if (turned := _not_staff(request, link, now)) is not None:
        return turned
    fixed = link.ticket.channel == Channel.SMS
    form = NewPhoneForm(request.POST if request.method == "POST" else None, fixed=fixed)
    if request.method == "POST" and form.is_valid():
        try:
            challenge = enrolling.ask(
                link=link, phone=form.number(), asker=browser.asker(request), now=now
            )
        except Refused as error:
            refusal.add(form, error, None if fixed else "phone")
        else:
            _wait_for(request, link, challenge)
            return redirect("recovery:enrol-code")
    context = {"form": form, "ticket": link.ticket, "fixed": fixed}
    return render(request, "recovery/enrol.html", context)


@login_not_required
@never_cache
def enrol_code(request: HttpRequest) -> HttpResponse:
    """The code that went to the new phone; the right one sets it."""
    now = timezone.now()
    waiting = _waiting(request, now)
    if waiting is None:
        return redirect("recovery:enter-enrol")
    form = CodeForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _code_page(request, waiting, form)
    try:
        enrolling.enrol(
            link=waiting.link,
            challenge=waiting.challenge,
            code=form.cleaned_data["code"],
            visit=browser.visit(request),
            now=now,
        )
    except Refused as error:
        refusal.add(form, error, "code")
        return _code_page(request, waiting, form, error)
    del request.session[WAITING]
    return render(request, "recovery/enrolled.html", {"ticket": waiting.link.ticket})


@login_not_required
@require_POST
def enrol_again(request: HttpRequest) -> HttpResponse:
    """The code once more, to the same phone."""
    now = timezone.now()
    waiting = _waiting(request, now)
    if waiting is None:
        return redirect("recovery:enter-enrol")
    try:
        challenge = challenges.ask_again(
            challenge=waiting.challenge,
            channel=Channel.SMS,
            asker=browser.asker(request),
            now=now,
        )
    except Refused as error:
        return _code_page(request, waiting, CodeForm(), error, refusal.sentence(error))
    _wait_for(request, waiting.link, challenge)
    return redirect("recovery:enrol-code")


def _not_staff(request: HttpRequest, link: RecoveryLink, now: dt.datetime) -> HttpResponse | None:
    with transaction.atomic():
        refused = enrolling.refuse_staff(link=link, visit=browser.visit(request), now=now)
    if refused is None:
        return None
    entry = catalogue.ENTRIES[refused.code]
    return render(request, "portal/error.html", {"entry": entry}, status=403)


def _link(word: str, kind: str, now: dt.datetime) -> RecoveryLink | None:
    """Not paced: 80 bits are guessed by nobody, and a stranger behind the same carrier must not
    stand between an owner and the button that stops."""
    return selectors.link(word, kind=kind, now=now)


def _over(request: HttpRequest) -> HttpResponse:
    """Used, over, or never ours: it reads the same."""
    entry = catalogue.ENTRIES["recovery-link-over"]
    known, _word = keeping.kept(request)
    context = {"entry": entry, "known": known}
    return render(request, "recovery/over.html", context, status=404)


def _code_page(
    request: HttpRequest,
    waiting: Waiting,
    form: CodeForm,
    error: Refused | None = None,
    words: str = "",
) -> HttpResponse:
    context = {
        "form": form,
        "refusal": words,
        "challenge": waiting.challenge,
        "by_email": False,
        "is_open": is_open(waiting.challenge, now=timezone.now()),
        "minutes": settings.OTP_VALID_SECONDS // 60,
        "action": "recovery:enrol-code",
        "once_more": "recovery:enrol-again",
        "back": "recovery:enter-enrol",
    }
    status = refusal.status(error) if error else 200
    return render(request, "recovery/code.html", context, status=status)


def _wait_for(request: HttpRequest, link: RecoveryLink, challenge: LoginChallenge) -> None:
    request.session[WAITING] = {"challenge": str(challenge.pk), "link": link.pk}


def _waiting(request: HttpRequest, now: dt.datetime) -> Waiting | None:
    """The code that this session waits for, and the link it came by, while that is good."""
    kept = request.session.get(WAITING)
    if not kept:
        return None
    binding = browser.asker(request).binding
    challenge = challenges.find(challenge_id=kept["challenge"], binding=binding)
    link = selectors.good_link(kept["link"], now=now)
    return Waiting(challenge, link) if challenge and link else None
