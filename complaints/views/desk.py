"""Where an officer begins: every list of this app, with what waits in it."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.access import PersonalRequest, staff_required
from complaints.selectors import desk

READ = "complaints.view_incident"


@require_GET
@staff_required(READ)
@never_cache
def index(request: PersonalRequest) -> HttpResponse:
    return render(request, "complaints/desk_index.html", {"doors": list(desk.doors(request.user))})
