"""Where the report that joined a case and the documents of the case differ."""

import json

from creditquery.models import CreditReport
from creditquery.report.errors import ReportError
from creditquery.report.read import read_report
from portal.reading.read import from_json
from reviews.differences import Difference, compare
from reviews.models import DocumentReading, ReviewTask


def of_task(task: ReviewTask) -> list[Difference]:
    """Empty while there is no report, or when it cannot be read."""
    report = CreditReport.objects.filter(query=task.query_id, purged_at=None).first()
    if report is None:
        return []
    rows = DocumentReading.objects.filter(document__task=task)
    readings = [from_json(json.loads(row.content)) for row in rows.order_by("document")]
    try:
        return compare(read_report(report.source), readings)
    except ReportError:
        return []
