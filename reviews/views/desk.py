"""The officers' queue: what is due first, whatever narrows it, and the way to the next case."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.access import PersonalRequest, staff_required
from reviews import desk_words
from reviews.forms.desk import FilterForm
from reviews.models import ReviewTask
from reviews.selectors import competences
from reviews.selectors import desk as selectors
from reviews.selectors.desk import Cursor, Filters
from reviews.services import claims
from reviews.states.cases import REVIEW_UNDECIDED

READ = "reviews.view_reviewtask"
NO_KEYS = "reviews.no_keys"
"""Session key: this officer does not want shortcuts of single letters (WCAG 2.1.4)."""


@require_GET
@staff_required(READ)
@never_cache
def index(request: PersonalRequest) -> HttpResponse:
    now = timezone.now()
    form = FilterForm(request.GET, officer=request.user)
    wanted = form.filters()
    cursor = Cursor.read(request.GET.get("after", ""), request.GET.get("before", ""))
    page = selectors.queue(request.user, wanted, cursor, now)
    context = {
        "form": form,
        "filtered": wanted != Filters(),
        "page": page,
        "rows": [(task, due_of(task)) for task in page.tasks],
        "counts": selectors.counts(request.user, now),
        "tones": desk_words.TONES,
        "works": request.user.has_perm(competences.WORK),
        "idle": not competences.seen(request.user),
        "keys": NO_KEYS not in request.session,
    }
    return render(request, "reviews/desk_queue.html", context)


@require_POST
@staff_required(competences.WORK)
@never_cache
def next_case(request: PersonalRequest) -> HttpResponse:
    """Take the case that is due first, and open it."""
    task = claims.next_case(officer=request.user, now=timezone.now())
    if task is None:
        messages.info(request, _("No case waits that this officer may take."))
        return redirect("reviews:desk")
    return redirect("reviews:case", task.number)


@require_POST
@staff_required(READ)
@never_cache
def keys(request: PersonalRequest) -> HttpResponse:
    """Shortcuts of single letters off, or on again, until the session ends."""
    if request.session.pop(NO_KEYS, None) is None:
        request.session[NO_KEYS] = True
    return redirect("reviews:desk")


def due_of(task: ReviewTask) -> desk_words.Due:
    return desk_words.due(
        task.due_at,
        paused=task.paused_at is not None,
        ended=task.state not in REVIEW_UNDECIDED,
        now=timezone.now(),
    )
