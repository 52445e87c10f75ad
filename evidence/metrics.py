"""Figures of the evidence log (portal/metrics.py)."""

import datetime as dt
from collections.abc import Iterator

from prometheus_client.core import Metric

from evidence.models import Record
from portal.metrics import estimated_rows, gauge


def families(now: dt.datetime) -> Iterator[Metric]:
    rows = estimated_rows(Record._meta.db_table)
    yield gauge("portal_evidence_records", "Records of evidence, estimated", [], [((), rows)])
