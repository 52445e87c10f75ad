"""Incidents and what followed, month by month: charts with their tables, and a file of them."""

import csv
import datetime as dt
import io

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.access import staff_required
from complaints.forms.dashboard import PeriodForm
from complaints.selectors import dashboard as selectors

READ = "complaints.view_incident"


@require_GET
@staff_required(READ)
@never_cache
def show(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    form, shown = _asked(request, now)
    tables = selectors.tables(shown, now)
    context = {
        "form": form,
        "months": (shown.labels[0], shown.labels[-1]),
        "charts": [table.chart(shown) for table in tables],
        "totals": selectors.totals(shown, tables[0].rows),
        "lines": selectors.lines(shown, now),
    }
    return render(request, "complaints/dashboard.html", context)


@require_GET
@staff_required(READ)
@never_cache
def table(request: HttpRequest) -> HttpResponse:
    """The same figures, one a line: figure, kind, month, value. No cell begins with what a
    spreadsheet would take for a formula: they are our own words."""
    now = timezone.now()
    _form, shown = _asked(request, now)
    file = io.StringIO()
    write = csv.writer(file)
    write.writerow(["figure", "kind", "month", "value"])
    for each in selectors.tables(shown, now):
        for kind, values in each.rows.items():
            months = zip(shown.labels, values, strict=True)
            write.writerows([str(each.title), kind, month, value] for month, value in months)
    # The mark tells spreadsheets that the Chinese in it is UTF-8.
    return HttpResponse(
        "\ufeff" + file.getvalue(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="dashboard.csv"'},
    )


def _asked(request: HttpRequest, now: dt.datetime) -> tuple[PeriodForm, selectors.Period]:
    form = PeriodForm(request.GET, today=timezone.localtime(now).date())
    readable = form.is_valid()
    chosen = form.chosen() if readable else PeriodForm({}, today=form.today).chosen()
    return form, selectors.period(*chosen)
