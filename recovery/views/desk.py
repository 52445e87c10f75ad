"""The officers' list of recoveries."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.access import PersonalRequest, staff_required
from recovery import words
from recovery.selectors import desk as selectors

READ = "recovery.view_recoveryticket"
LISTS = (
    ("waiting", _("Waiting for officers")),
    ("open", _("All open ones")),
    ("over", _("Those that are over")),
)


@require_GET
@staff_required(READ)
@never_cache
def index(request: PersonalRequest) -> HttpResponse:
    which = request.GET.get("list", "")
    which = which if which in selectors.SHOWN else "waiting"
    now = timezone.now()
    page = selectors.listed(which, request.GET.get("after", ""))
    context = {
        "rows": [(ticket, selectors.late(ticket, now)) for ticket in page.tickets],
        "after": page.after,
        "which": which,
        "lists": LISTS,
        "tones": words.TONES,
    }
    return render(request, "recovery/desk_list.html", context)
