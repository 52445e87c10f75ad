"""Incidents at the desk: the list, all that is known of one, and a page for each act."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import Form, model_to_dict
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import PersonalRequest, staff_required
from accounts.refusals import Refused
from accounts.views import refusal
from complaints.forms import incidents as forms
from complaints.models import Incident
from complaints.selectors import aftermath as owed
from complaints.selectors import incidents as selectors
from complaints.services import aftermath, incident_acts
from complaints.states.incidents import INCIDENT_OPEN, ComponentStatus, IncidentKind, IncidentState

READ, ACT = "complaints.view_incident", "complaints.manage_incident"
PRIVILEGED = "complaints.view_liability"
PAGE = 25
TONES = {
    ComponentStatus.OPERATIONAL: "good",
    ComponentStatus.MAINTENANCE: "plain",
    ComponentStatus.DEGRADED: "caution",
    ComponentStatus.PARTIAL: "caution",
    ComponentStatus.MAJOR: "bad",
}


@require_GET
@staff_required(READ)
@never_cache
def index(request: HttpRequest) -> HttpResponse:
    """What goes on first."""
    form = forms.FilterForm(request.GET)
    wanted = form.filters()
    context = {
        "form": form,
        "page": Paginator(selectors.listed(wanted), PAGE).get_page(request.GET.get("page")),
        "going_on": selectors.GOING_ON,
    }
    return render(request, "complaints/incident_list.html", context)


@require_GET
@staff_required(READ)
@never_cache
def show(request: PersonalRequest, number: str) -> HttpResponse:
    incident = _found(number)
    context = {
        "incident": incident,
        "dossier": selectors.dossier(incident, now=timezone.now()),
        "is_open": incident.state in INCIDENT_OPEN,
        "is_outage": incident.kind == IncidentKind.OUTAGE,
        "is_merged": incident.state == IncidentState.MERGED,
        "explains": incident.state in owed.OVER,
        "tones": TONES,
    }
    return render(request, "complaints/incident.html", context)


def _found(number: str) -> Incident:
    rows = Incident.objects.select_related("policy", "merged_into")
    return get_object_or_404(rows, number=number)


# --- Acts -----------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@staff_required(ACT)
@never_cache
def open_by_hand(request: PersonalRequest) -> HttpResponse:
    """What nothing measured, but somebody knows."""
    now = timezone.now()
    form = forms.OpenForm(request.POST or None, now=now)
    if form.is_valid():
        given = form.cleaned_data
        incident = incident_acts.open_by_hand(
            failing={given["component"]: given["status"]},
            title=form.title(),
            text=form.text(),
            began_at=given["began_at"],
            by=request.user,
            now=now,
        )
        messages.success(request, _("The incident is open and public."))
        return redirect("complaints:desk-incident", incident.number)
    return _form(request, None, form, _("Open an incident"), _("It is public at once."))


@require_http_methods(["GET", "POST"])
@staff_required(ACT)
@never_cache
def say(request: PersonalRequest, number: str) -> HttpResponse:
    """One public update, with the state from now on."""
    incident = _found(number)
    form = forms.UpdateForm(request.POST or None, incident=incident)
    if form.is_valid():
        try:
            incident_acts.update(
                incident=incident,
                text=form.text(),
                to=form.cleaned_data["to"],
                corrects=form.cleaned_data["corrects"],
                by=request.user,
                now=timezone.now(),
            )
            return _done(request, incident, _("Said, in public."))
        except Refused as error:
            refusal.add(form, error, None)
    words = _("Nothing that was said is ever removed: a correction stands beside its error.")
    return _form(request, incident, form, _("Post an update"), words)


@require_http_methods(["GET", "POST"])
@staff_required(ACT)
@never_cache
def times(request: PersonalRequest, number: str) -> HttpResponse:
    """The windows, written anew as the next revision."""
    incident, now = _found(number), timezone.now()
    if incident.kind != IncidentKind.OUTAGE or incident.state == IncidentState.MERGED:
        raise Http404
    rows: Any = forms.WindowFormSet(request.POST or None, initial=_windows(incident))
    form = forms.ReasonForm(request.POST or None)
    if request.method == "POST" and rows.is_valid() and form.is_valid():
        try:
            incident_acts.correct(
                incident=incident,
                pieces=forms.pieces(rows),
                reason=form.cleaned_data["reason"],
                by=request.user,
                now=now,
            )
            words = _("Corrected. Who was touched is computed anew, and all that follows from it.")
            return _done(request, incident, words)
        except Refused as error:
            refusal.add(form, error, None)
    context = {"incident": incident, "form": form, "rows": rows}
    return render(request, "complaints/incident_times.html", context)


def _windows(incident: Incident) -> list[dict[str, Any]]:
    rows = incident.windows.filter(revision=incident.revision).order_by("starts_at", "pk")
    return [dict(row) for row in rows.values("component", "status", "starts_at", "ends_at")]


@require_http_methods(["GET", "POST"])
@staff_required(ACT)
@never_cache
def cause(request: PersonalRequest, number: str) -> HttpResponse:
    incident = _found(number)
    form = forms.CauseForm(request.POST or None, initial={"cause": incident.cause})
    if request.method == "POST" and form.is_valid():
        named = form.cleaned_data["cause"]
        incident_acts.name_cause(
            incident=incident, cause=named, by=request.user, now=timezone.now()
        )
        return _done(request, incident, _("Noted."))
    return _form(request, incident, form, _("Name the cause"), _("As far as it is known now."))


@require_http_methods(["GET", "POST"])
@staff_required(ACT)
@never_cache
def reported(request: PersonalRequest, number: str, pk: int) -> HttpResponse:
    """Note that a report was made: the portal reports nothing by itself."""
    incident = _found(number)
    report = get_object_or_404(incident.reports.select_related("rule", "incident"), pk=pk)
    form = forms.ReportedForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reference = form.cleaned_data["reference"]
        aftermath.reported(report=report, reference=reference, by=request.user, now=timezone.now())
        return _done(request, incident, _("Noted."))
    title = _("Note the report: %(kind)s") % {"kind": report.get_kind_display()}
    return _form(request, incident, form, title, _("Now, and by whoever is logged in."))


@require_http_methods(["GET", "POST"])
@staff_required(ACT)
@never_cache
def write_postmortem(request: PersonalRequest, number: str) -> HttpResponse:
    """A new version, beginning with the words of the last."""
    incident = _found(number)
    if incident.state not in owed.OVER:
        raise Http404
    last = incident.postmortems.order_by("-version").first()
    words_before = model_to_dict(last) if last else None
    form = forms.PostMortemForm(request.POST or None, initial=words_before)
    if form.is_valid():
        try:
            aftermath.write_postmortem(
                incident=incident, by=request.user, now=timezone.now(), **form.cleaned_data
            )
            return _done(request, incident, _("Kept. Somebody else reads and publishes it."))
        except Refused as error:
            refusal.add(form, error, None)
    words = _("It counts when somebody else has read and published it.")
    return _form(request, incident, form, _("Write the post-mortem"), words)


@require_POST
@staff_required(ACT)
@never_cache
def publish(request: PersonalRequest, number: str, version: int) -> HttpResponse:
    incident = _found(number)
    found = get_object_or_404(incident.postmortems.select_related("incident"), version=version)
    try:
        aftermath.publish(postmortem=found, by=request.user, now=timezone.now())
    except Refused as error:
        messages.error(request, refusal.sentence(error))
        return redirect("complaints:desk-incident", incident.number)
    return _done(request, incident, _("The post-mortem is public."))


@require_http_methods(["GET", "POST"])
@staff_required(PRIVILEGED)
@never_cache
def liability(request: PersonalRequest, number: str) -> HttpResponse:
    """Notes for counsel, on a page of their own that nobody else may open."""
    incident = _found(number)
    form = forms.LiabilityForm(request.POST or None)
    if form.is_valid():
        aftermath.note_liability(
            incident=incident, by=request.user, now=timezone.now(), **form.cleaned_data
        )
        messages.success(request, _("Noted."))
        return redirect("complaints:incident-liability", incident.number)
    context = {"incident": incident, "form": form, "notes": selectors.liability(incident)}
    return render(request, "complaints/incident_liability.html", context)


def _done(request: HttpRequest, incident: Incident, words: str | Promise) -> HttpResponse:
    messages.success(request, str(words))
    return redirect("complaints:desk-incident", incident.number)


def _form(
    request: HttpRequest, incident: Incident | None, form: Form, title: str, words: str
) -> HttpResponse:
    context = {"incident": incident, "form": form, "title": title, "words": words}
    return render(request, "complaints/incident_act.html", context)
