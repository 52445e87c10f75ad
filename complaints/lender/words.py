"""A query as the lender reads of it, in the words of an officer's page."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from creditquery.states import QueryState as Q

STANDING: dict[str, Promise] = {
    Q.CREATED: _("waits for the borrower's signature"),
    Q.CONSENTED: _("under way"),
    Q.QUEUED: _("under way"),
    Q.PARKED: _("waits until the bureau is back"),
    Q.SENDING: _("under way"),
    Q.AMBIGUOUS: _("outcome unknown, being asked for"),
    Q.SUCCEEDED: _("report is there"),
    Q.REFUSED: _("brought no report"),
    Q.NEEDS_PERSON: _("with a member of staff"),
    Q.MANUAL_REVIEW: _("in manual review"),
    Q.REVIEWED: _("reviewed"),
    Q.DECLINED: _("declined after review"),
    Q.CANCELLED: _("cancelled by the borrower"),
    Q.EXPIRED: _("expired"),
    Q.PURGED: _("report came, deleted on schedule"),
}
