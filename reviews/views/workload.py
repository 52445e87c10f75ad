"""How the desk fares: charts with their tables, and a file of the same figures."""

import csv
import io
from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.access import staff_required
from reviews.forms.workload import DaysForm
from reviews.selectors import workload as selectors

READ = "reviews.view_reviewstep"
OF_OFFICERS = ("taken", "given_back", "share", "ran_out", "recommended", "checked", "sent_back")
FORMULA = tuple("=+-@\t\r")
Row = tuple[str, str, object]


@require_GET
@staff_required(READ)
@never_cache
def show(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    form, shown = _asked(request)
    flow = selectors.flow(shown)
    context = {
        "form": form,
        "days": (shown.days[0], shown.days[-1]),
        "waiting": selectors.backlog(now),
        "charts": [
            selectors.ages_chart(selectors.ages(now)),
            selectors.flow_chart(shown, flow),
        ],
        "speed": selectors.speed(shown),
        "given": selectors.given_reasons(shown),
        "officers": selectors.officers(shown),
    }
    return render(request, "reviews/workload.html", context)


@require_GET
@staff_required(READ)
@never_cache
def table(request: HttpRequest) -> HttpResponse:
    """The same figures, one a line: a name that stays in every language, of what in the reader's
    own words, value. Names of officers are typed by an administrator, so that a cell which a
    spreadsheet would take for a formula is quoted."""
    _form, shown = _asked(request)
    file = io.StringIO()
    write = csv.writer(file)
    write.writerow(["figure", "of", "value"])
    write.writerows((_cell(a), _cell(b), c) for a, b, c in _rows(shown))
    # The mark tells spreadsheets that the Chinese in it is UTF-8.
    return HttpResponse(
        "\ufeff" + file.getvalue(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="workload.csv"'},
    )


def _rows(shown: selectors.Period) -> Iterator[Row]:
    now = timezone.now()
    for row in selectors.backlog(now):
        yield "waiting", str(row.label), row.count
        yield "overdue", str(row.label), row.overdue
        yield "express", str(row.label), row.express
        yield "oldest", str(row.label), row.oldest.isoformat() if row.oldest else ""
    for age, count in selectors.ages(now).items():
        yield "age", age, int(count)
    for kind, values in selectors.flow(shown).items():
        for day, value in zip(shown.days, values, strict=True):
            yield kind, day.isoformat(), int(value)
    speed = selectors.speed(shown)
    yield "decided_in_all", "", speed.decided
    yield "decided_in_time", "", speed.in_time
    yield "hours_median", "", "" if speed.hours is None else speed.hours
    for given in selectors.given_reasons(shown):
        yield f"reason_{given.act}", given.label, given.count
    for officer in selectors.officers(shown):
        for figure in OF_OFFICERS:
            yield figure, officer.name, getattr(officer, figure)


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA) else text


def _asked(request: HttpRequest) -> tuple[DaysForm, selectors.Period]:
    form = DaysForm(request.GET)
    days = form.chosen() if form.is_valid() else DaysForm.SHOWN
    return form, selectors.period(timezone.localdate(), days)
