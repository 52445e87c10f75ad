"""What a channel has told by itself about a query."""

from creditquery.gateways.inquiry import Report
from creditquery.models import Callback, CreditQuery
from portal.gateway import Rejected


def answer_for(query: CreditQuery, channel: str = "") -> Report | Rejected | None:
    """The result that came by callback, from this channel or from any; None while none has.

    It was verified, opened and held against the person when it came.
    """
    told = Callback.objects.filter(query=query).exclude(said=Callback.Said.WORKING)
    told = told.exclude(said=Callback.Said.REPORT, content__isnull=True)
    if channel:
        told = told.filter(channel=channel)
    latest = told.order_by("-received_at", "-sequence").first()
    if latest is None:
        return None
    if latest.said == Callback.Said.REFUSED:
        return Rejected(latest.number)
    return Report(latest.number, bytes(latest.content or b""))
