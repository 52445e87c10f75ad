"""The portal's addresses, and the same queue read in the usual way: OFFSET and COUNT(*)."""

from typing import Any

from django.conf.urls.i18n import i18n_patterns
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone

from accounts.access import PersonalRequest, staff_required
from portal.urls import handler400, handler403, handler404, handler500
from portal.urls import urlpatterns as portal_urlpatterns
from reviews import desk_words
from reviews.forms.desk import FilterForm
from reviews.selectors import desk
from reviews.selectors.desk import Counts, Filters, Page
from reviews.states.cases import REVIEW_UNDECIDED
from reviews.views.desk import due_of

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


def narrowed(request: PersonalRequest, wanted: Filters) -> Any:
    rows = desk.visible_to(request.user).select_related("institution", "held_by")
    given = {"state": wanted.state, "institution": wanted.institution}
    rows = rows.filter(**{name: value for name, value in given.items() if value})
    if not wanted.state:
        rows = rows.filter(state__in=sorted(REVIEW_UNDECIDED))
    if wanted.express:
        rows = rows.exclude(express="")
    if wanted.overdue:
        rows = rows.filter(due_at__lt=timezone.now(), paused_at=None)
    if wanted.again:
        rows = rows.filter(round__gt=1)
    return rows.order_by("due_at", "pk")


@staff_required("reviews.view_reviewtask")
def queue(request: PersonalRequest) -> HttpResponse:
    """The template, the filters and the rights are the portal's own."""
    form = FilterForm(request.GET, officer=request.user)
    rows = narrowed(request, form.filters())
    page = Paginator(rows, desk.PAGE).get_page(request.GET.get("page"))
    undecided = narrowed(request, Filters())
    context = {
        "form": form,
        "page": Page(list(page.object_list)),
        "rows": [(task, due_of(task)) for task in page.object_list],
        "counts": Counts(
            f"{undecided.count():,}", f"{narrowed(request, Filters(overdue=True)).count():,}", 0
        ),
        "tones": desk_words.TONES,
        "works": True,
        "keys": True,
    }
    return render(request, "reviews/desk_queue.html", context)


urlpatterns = [
    *i18n_patterns(path("peer/queue/", queue), prefix_default_language=False),
    *portal_urlpatterns,
]
