"""One recovery at the desk: facts masked, what to compare, papers, and what may be done."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.access import PersonalRequest, staff_required
from accounts.models import User
from accounts.refusals import Refused
from accounts.views import refusal
from portal import catalogue, masks
from recovery import words
from recovery.forms import desk as forms
from recovery.models import RecoveryTicket
from recovery.reasons import REASONS
from recovery.selectors import desk as selectors
from recovery.selectors import involved
from recovery.selectors import tickets as papers
from recovery.services import carrying, deciding
from recovery.states import Lost, RecoveryState
from recovery.views.desk import READ

DECIDE = involved.DECIDES


@dataclass(frozen=True, slots=True)
class Act:
    """The fields of its form are the arguments of its service."""

    title: Promise
    does: Promise
    form: type[forms.ActForm]
    service: Callable[..., Any]
    states: frozenset[str]
    done: Promise


_R = RecoveryState
_WAITS = frozenset({_R.EVIDENCE})
_SECOND = frozenset({_R.PROPOSED})
ACTS: Mapping[str, Act] = {
    "propose": Act(
        _("Propose a decision"),
        _("A second officer decides. You cannot decide on your own proposal."),
        forms.ProposeForm,
        deciding.propose,
        _WAITS,
        _("Proposed. A second officer decides."),
    ),
    "agree": Act(
        _("Agree with the proposal"),
        _("An approval takes effect after the waiting time, in which the owner can stop it."),
        forms.NoteForm,
        deciding.agree,
        _SECOND,
        _("Decided."),
    ),
    "send-back": Act(
        _("Send it back"),
        _("Somebody looks at it anew."),
        forms.NoteForm,
        deciding.send_back,
        _SECOND,
        _("Sent back."),
    ),
    "ask": Act(
        _("Ask for more"),
        _("The request goes back to the borrower, who adds papers and sends it again."),
        forms.AskForm,
        deciding.ask_for_more,
        _WAITS,
        _("The borrower is told."),
    ),
    "carry": Act(
        _("Propose a manual review of a loan's query"),
        _(
            "Where only the code is lost and a loan cannot wait. It needs the signed authorisation "
            "among the papers, and gives nobody access to the account."
        ),
        forms.CarryForm,
        carrying.propose,
        selectors.CARRIES,
        _("Proposed. A second officer decides."),
    ),
}
REVEAL = Act(
    _("Show masked data"),
    _("One value in full; what for is on record."),
    forms.RevealForm,
    deciding.reveal,
    frozenset(RecoveryState),
    _("Shown."),
)
CARRYING = Act(
    _("Decide on the manual review"),
    _("Carried into review, the query is decided by loan officers on the papers."),
    forms.CarryingForm,
    carrying.decide,
    selectors.CARRIES,
    _("Decided."),
)


@require_GET
@staff_required(READ)
@never_cache
def show(request: PersonalRequest, number: str) -> HttpResponse:
    ticket = ticket_or_404(number)
    now = timezone.now()
    deciding.note_reading(ticket=ticket, by=request.user, now=now)
    reason = REASONS.get(ticket.reason)
    context = {
        "ticket": ticket,
        "tone": words.TONES.get(ticket.state, ""),
        "late": selectors.late(ticket, now),
        "facts": _facts(ticket),
        "lost": [Lost(each).label for each in ticket.lost if each in Lost.values],
        "match": selectors.match(ticket),
        "papers": papers.papers(ticket),
        "proposed": reason.words if reason else "",
        "steps": ticket.steps.select_related("by").order_by("-at", "-pk"),
        "carryings": selectors.carryings(ticket),
        "acts": list(_acts(ticket, request.user)),
        "why_not": _why_not(ticket, request.user),
    }
    return render(request, "recovery/desk_case.html", context)


@staff_required(DECIDE)
@never_cache
def do(request: PersonalRequest, number: str, act: str) -> HttpResponse:
    """One act: its form, and what becomes of it."""
    ticket = ticket_or_404(number)
    chosen = {**ACTS, "reveal": REVEAL, "carrying": CARRYING}.get(act)
    if chosen is None:
        raise Http404
    data = request.POST if request.method == "POST" else None
    form = chosen.form(data, ticket=ticket)
    context: dict[str, Any] = {"ticket": ticket, "act": chosen, "form": form}
    if request.method == "POST" and form.is_valid():
        try:
            given = form.cleaned_data
            about = {} if act == "carrying" else {"ticket": ticket}
            told = chosen.service(**about, by=request.user, now=timezone.now(), **given)
        except Refused as error:
            refusal.add(form, error, None)
        else:
            if act == "reveal":
                return render(request, "recovery/desk_revealed.html", {**context, "value": told})
            messages.success(request, str(chosen.done))
            return redirect("recovery:case", number=number)
    return render(request, "recovery/desk_act.html", context)


def ticket_or_404(number: str) -> RecoveryTicket:
    ticket = selectors.one(number)
    if ticket is None:
        raise Http404
    return ticket


def _acts(ticket: RecoveryTicket, user: User) -> Iterator[tuple[str, Act]]:
    """What this officer may do with it now; the services decide again."""
    if involved.why_not(user, ticket):
        return
    own = ticket.proposed_by_id == user.pk
    for key, act in ACTS.items():
        if ticket.state not in act.states or (act.states == _SECOND and own):
            continue
        if key == "carry" and not selectors.carriable(ticket).exists():
            continue
        yield key, act
    waiting = selectors.proposed(ticket).first()
    if waiting is not None and waiting.proposed_by_id != user.pk:
        yield "carrying", CARRYING
    yield "reveal", REVEAL


def _why_not(ticket: RecoveryTicket, user: User) -> Any:
    """What an officer reads who could decide, but not on this one."""
    if not user.has_perm(DECIDE):
        return None
    code = involved.why_not(user, ticket)
    if not code and ticket.state == RecoveryState.PROPOSED and ticket.proposed_by_id == user.pk:
        code = "own-proposal"
    return catalogue.ENTRIES[code] if code else None


def _facts(ticket: RecoveryTicket) -> list[tuple[Promise, str]]:
    """Masked here as everywhere; the pictures of the papers show them."""
    by_email = "@" in ticket.address
    return [
        (_("Name"), masks.name(ticket.name)),
        (_("ID number"), masks.id_number(ticket.id_number)),
        (_("Old number"), masks.phone(ticket.old_phone)),
        (
            _("New address, proved by a code"),
            masks.email(ticket.address) if by_email else masks.phone(ticket.address),
        ),
        (_("Loan that cannot wait"), ticket.loan_reference),
        (_("What happened"), ticket.words),
    ]
