"""Where the report that joined a case and the documents of the case differ."""

from creditquery.models import CreditReport
from creditquery.report.errors import ReportError
from creditquery.report.read import read_report
from reviews.differences import Difference, compare
from reviews.models import DocumentReading, ReviewTask
from reviews.selectors.cases import kept_reading
from reviews.selectors.documents import handed_in


def of_task(task: ReviewTask) -> list[Difference]:
    """Empty while there is no report, or when it cannot be read."""
    report = CreditReport.objects.filter(query=task.query_id, purged_at=None).first()
    if report is None:
        return []
    rows = DocumentReading.objects.filter(document__in=handed_in(task))
    read = (kept_reading(row, rows_too=False) for row in rows.order_by("document"))
    readings = [reading for reading in read if reading is not None]
    try:
        return compare(read_report(report.source), readings)
    except ReportError:
        return []
