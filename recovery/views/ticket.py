"""The asker's page: how it stands, what comes next, papers, sending, taking back."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.refusals import Refused
from accounts.views import refusal
from portal import catalogue
from portal.intake.limits import LIMITS
from portal.uploads import takes_file
from recovery import reasons, words
from recovery.forms.borrower import UploadForm
from recovery.models import RecoveryTicket
from recovery.selectors import tickets as selectors
from recovery.services import papers, tickets, waiting
from recovery.states import RECOVERY_OPEN, PaperKind, RecoveryState
from recovery.views import keeping
from reviews.words import DOCUMENT_TONES


@login_not_required
@never_cache
def show(request: HttpRequest, number: str) -> HttpResponse:
    ticket, word = keeping.mine(request, number)
    if ticket is None:
        return redirect("recovery:resume")
    return _page(request, ticket, word)


def _page(request: HttpRequest, ticket: RecoveryTicket, word: str) -> HttpResponse:
    now = timezone.now()
    files = list(selectors.papers(ticket))
    usable = [file for file in files if file.state == "sanitised"]
    adds = ticket.state == RecoveryState.OPENED
    context = {
        "ticket": ticket,
        "word": "" if ticket.word_noted else word,
        "steps": words.STEPS,
        "place": words.PLACES.get(ticket.state),
        "tone": words.TONES.get(ticket.state, ""),
        "next": words.NEXT[ticket.state],
        "asked": selectors.asked_for(ticket),
        "timeline": selectors.timeline(ticket),
        "told": reasons.told(ticket.reason) if ticket.state == RecoveryState.REFUSED else "",
        "files": [(file, catalogue.ENTRIES.get(file.refusal)) for file in files],
        "document_tones": DOCUMENT_TONES,
        "adds": adds,
        "kinds": [(kind, kind.label, words.HINTS[kind]) for kind in PaperKind] if adds else [],
        "late_kind": PaperKind.AUTHORISATION if ticket.state in papers.AUTHORISES else "",
        "missing": [kind.label for kind in selectors.missing(usable)] if adds else [],
        "reload": selectors.look_again(files, now),
        "can_withdraw": ticket.state in RECOVERY_OPEN,
        "answer_hours": settings.RECOVERY_ANSWER_HOURS,
        "delay_hours": settings.RECOVERY_DELAY_HOURS,
    }
    return render(request, "recovery/ticket.html", context)


@login_not_required
@require_POST
def noted(request: HttpRequest, number: str) -> HttpResponse:
    """The word was written down, and is not shown any more."""
    ticket = _mine_or_404(request, number)
    tickets.note_word(ticket=ticket)
    return redirect("recovery:ticket", number=number)


@takes_file(most=LIMITS.most_bytes)
@login_not_required
@never_cache
def add(request: Any, number: str, kind: str) -> HttpResponse:
    ticket = _mine_or_404(request, number)
    if kind not in PaperKind.values:
        raise Http404
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        name, size, data = form.content()
        try:
            if size > LIMITS.most_bytes:
                raise Refused("upload-too-big")
            papers.add(ticket=ticket, kind=kind, name=name, data=data, now=timezone.now())
            return redirect("recovery:ticket", number=number)
        except Refused as error:
            refusal.add(form, error, "file")
    elif request.method == "POST":
        form.is_valid()
    paper = PaperKind(kind)
    context = {"form": form, "ticket": ticket, "kind": paper.label, "hint": words.HINTS[kind]}
    return render(request, "recovery/add.html", context)


@login_not_required
@require_POST
def remove(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    ticket = _mine_or_404(request, number)
    paper = get_object_or_404(selectors.papers(ticket).select_related("ticket"), pk=pk)
    try:
        papers.remove(paper=paper, now=timezone.now())
        messages.success(request, _("The file is deleted."))
    except Refused as error:
        messages.warning(request, refusal.sentence(error))
    return redirect("recovery:ticket", number=number)


@login_not_required
@require_POST
def send(request: HttpRequest, number: str) -> HttpResponse:
    ticket = _mine_or_404(request, number)
    try:
        tickets.hand_in(ticket=ticket, now=timezone.now())
        messages.success(request, _("Your papers are with the officers."))
    except Refused as error:
        messages.warning(request, refusal.sentence(error))
    return redirect("recovery:ticket", number=number)


@login_not_required
@require_POST
def link_again(request: HttpRequest, number: str) -> HttpResponse:
    """Another link, to the same address as before."""
    ticket = _mine_or_404(request, number)
    try:
        waiting.link_again(ticket=ticket, now=timezone.now())
        messages.success(request, _("We sent a new link. The one before opens nothing any more."))
    except Refused as error:
        messages.warning(request, refusal.sentence(error))
    return redirect("recovery:ticket", number=number)


@login_not_required
@never_cache
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """GET asks, POST does."""
    ticket = _mine_or_404(request, number)
    if request.method == "POST":
        try:
            tickets.withdraw(ticket=ticket, now=timezone.now())
        except Refused as error:
            messages.warning(request, refusal.sentence(error))
        return redirect("recovery:ticket", number=number)
    return render(request, "recovery/withdraw.html", {"ticket": ticket})


def _mine_or_404(request: HttpRequest, number: str) -> RecoveryTicket:
    ticket, _word = keeping.mine(request, number)
    if ticket is None:
        raise Http404
    return ticket
