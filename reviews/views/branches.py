"""The finder of branches and machines that print credit reports: for everybody, login or not."""

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from reviews.forms.branches import FinderForm
from reviews.selectors import branches as selectors

ON_A_PAGE = 20


@require_GET
@login_not_required
def index(request: HttpRequest) -> HttpResponse:
    form = FinderForm(request.GET, places=selectors.places())
    wanted = form.wanted()
    found = Paginator(selectors.find(**wanted), ON_A_PAGE)
    page = found.get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "wanted": wanted}
    return render(request, "reviews/branches.html", context)
