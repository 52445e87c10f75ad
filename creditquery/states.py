"""The states of this app, each with its table: what may follow what, and why the unusual edges are.

`evidence.services.move` is the only way along an edge; the tests walk every pair.
"""

from collections.abc import Mapping

from django.db import models
from django.utils.translation import gettext_lazy as _


class QueryState(models.TextChoices):
    CREATED = "created", _("Waiting for your signature")
    CONSENTED = "consented", _("Signed")
    QUEUED = "queued", _("In the queue")
    PARKED = "parked", _("Waiting until the bureau is back")
    SENDING = "sending", _("Asking the bureau")
    AMBIGUOUS = "ambiguous", _("Asking what became of it")
    SUCCEEDED = "succeeded", _("Report ready")
    REFUSED = "refused", _("Refused by the bureau")
    NEEDS_PERSON = "needs_person", _("A member of staff looks at it")
    MANUAL_REVIEW = "manual_review", _("In manual review")
    REVIEWED = "reviewed", _("Reviewed")
    DECLINED = "declined", _("Declined after review")
    CANCELLED = "cancelled", _("Cancelled")
    EXPIRED = "expired", _("Expired")
    PURGED = "purged", _("Report deleted on schedule")


_Q = QueryState
QUERY_TRANSITIONS: Mapping[str, frozenset[str]] = {
    # Not signed, because its owner has no code: two officers carry it into review on a signed paper
    # (docs/adr/0051). No inquiry is ever made for it without a consent.
    _Q.CREATED: frozenset({_Q.CONSENTED, _Q.MANUAL_REVIEW, _Q.CANCELLED, _Q.EXPIRED}),
    _Q.CONSENTED: frozenset({_Q.QUEUED, _Q.CANCELLED, _Q.EXPIRED}),
    # Queued to be sent again: ambiguous once more when that may not be done, or not now.
    _Q.QUEUED: frozenset({_Q.SENDING, _Q.PARKED, _Q.AMBIGUOUS, _Q.CANCELLED, _Q.EXPIRED}),
    # Parked: no route. No attempt is burnt, and the borrower may prefer a manual review.
    _Q.PARKED: frozenset({_Q.QUEUED, _Q.MANUAL_REVIEW, _Q.CANCELLED, _Q.EXPIRED}),
    # While a call is out an inquiry may be made at any moment: no cancelling, no expiry. Back to
    # the queue only when it was provably not executed.
    _Q.SENDING: frozenset({_Q.SUCCEEDED, _Q.REFUSED, _Q.QUEUED, _Q.AMBIGUOUS}),
    # An unknown outcome is settled first: by the answer to its number, by proof that nothing
    # happened (a stored refusal is such a proof; it is fetched again as an answer), or by a person.
    _Q.AMBIGUOUS: frozenset({_Q.SUCCEEDED, _Q.QUEUED, _Q.NEEDS_PERSON, _Q.MANUAL_REVIEW}),
    _Q.REFUSED: frozenset({_Q.MANUAL_REVIEW, _Q.CANCELLED, _Q.EXPIRED}),
    # An inquiry may stand on the person's file, so that cancelling would hide it.
    _Q.NEEDS_PERSON: frozenset({_Q.MANUAL_REVIEW, _Q.EXPIRED}),
    # Cancelled only while no inquiry was made (services check); a report that comes late joins. Who
    # takes the review back is again where the machine stands: waiting, with a report, or unknown.
    _Q.MANUAL_REVIEW: frozenset(
        {
            _Q.REVIEWED,
            _Q.DECLINED,
            _Q.PARKED,
            _Q.SUCCEEDED,
            _Q.NEEDS_PERSON,
            _Q.CANCELLED,
            _Q.EXPIRED,
        }
    ),
    _Q.SUCCEEDED: frozenset({_Q.PURGED}),
    _Q.REVIEWED: frozenset(),
    # The borrower objects (个人信息保护法 第二十四条): other people look at it again.
    _Q.DECLINED: frozenset({_Q.MANUAL_REVIEW}),
    _Q.CANCELLED: frozenset(),
    _Q.EXPIRED: frozenset(),
    _Q.PURGED: frozenset(),
}
QUERY_TERMINAL = frozenset(state for state, onward in QUERY_TRANSITIONS.items() if not onward)
# Something still happens by itself, so the progress page keeps asking.
QUERY_MOVING = frozenset({_Q.CONSENTED, _Q.QUEUED, _Q.PARKED, _Q.SENDING, _Q.AMBIGUOUS})
# A second wish for the same loan joins a query in one of these instead of leaving a second inquiry.
QUERY_LIVE = QUERY_MOVING | {_Q.CREATED, _Q.NEEDS_PERSON, _Q.MANUAL_REVIEW, _Q.SUCCEEDED}
QUERY_CANCELLABLE = frozenset(s for s, on in QUERY_TRANSITIONS.items() if _Q.CANCELLED in on)
QUERY_EXPIRABLE = frozenset(s for s, on in QUERY_TRANSITIONS.items() if _Q.EXPIRED in on)
# A report that came during a review is read beside it, as one that came without.
QUERY_READABLE = frozenset({_Q.SUCCEEDED, _Q.MANUAL_REVIEW, _Q.REVIEWED, _Q.DECLINED})
# The page of its manual review has something to say: a review is offered, goes on, or was decided.
QUERY_REVIEWABLE = frozenset(
    s for s, on in QUERY_TRANSITIONS.items() if _Q.MANUAL_REVIEW in on and s != _Q.CREATED
) | {_Q.MANUAL_REVIEW, _Q.REVIEWED}
# Without a consent: nothing was asked, and nothing is; people alone decide.
QUERY_UNSIGNED = frozenset(
    {_Q.CREATED, _Q.MANUAL_REVIEW, _Q.REVIEWED, _Q.DECLINED, _Q.CANCELLED, _Q.EXPIRED}
)


class AttemptState(models.TextChoices):
    SENDING = "sending", _("Sent, no answer yet")
    ANSWERED = "answered", _("Answered")
    REFUSED = "refused", _("Refused")
    NOT_EXECUTED = "not_executed", _("Provably not executed")
    UNKNOWN = "unknown", _("Outcome unknown")


_A = AttemptState
ATTEMPT_TRANSITIONS: Mapping[str, frozenset[str]] = {
    _A.SENDING: frozenset({_A.ANSWERED, _A.REFUSED, _A.NOT_EXECUTED, _A.UNKNOWN}),
    # What became of an unknown call is told by a later attempt, never by rewriting this one.
    _A.UNKNOWN: frozenset(),
    _A.ANSWERED: frozenset(),
    _A.REFUSED: frozenset(),
    _A.NOT_EXECUTED: frozenset(),
}


class ChannelKind(models.TextChoices):
    """What may be done when the outcome of an inquiry is unknown."""

    IDEMPOTENT = "idempotent", _("idempotent: the same number may be sent again")
    BY_REF = "inquiry_by_ref", _("asked by number: “not seen” counts once it has settled")
    BLIND = "blind", _("blind: never sent again, a person looks")


class Region(models.TextChoices):
    EAST = "east", _("East China, Yangtze River Delta")
    SOUTH = "south", _("South China, Pearl River Delta")
    SOUTHWEST = "southwest", _("Southwest China, Chengdu and Chongqing")


class LoanStatus(models.TextChoices):
    OPEN = "open", _("Open")
    APPROVED = "approved", _("Approved")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    LAPSED = "lapsed", _("Lapsed")


_L = LoanStatus
LOAN_TRANSITIONS: Mapping[str, frozenset[str]] = {
    _L.OPEN: frozenset({_L.APPROVED, _L.DECLINED, _L.WITHDRAWN, _L.LAPSED}),
    # A deadline may be extended after it has passed: the outage that caused it was ours.
    _L.LAPSED: frozenset({_L.OPEN}),
    _L.APPROVED: frozenset(),
    _L.DECLINED: frozenset(),
    _L.WITHDRAWN: frozenset(),
}


class GuarantorState(models.TextChoices):
    INVITED = "invited", _("Invited")
    CONSENTED = "consented", _("Consented")
    DECLINED = "declined", _("Declined")


_G = GuarantorState
GUARANTOR_TRANSITIONS: Mapping[str, frozenset[str]] = {
    _G.INVITED: frozenset({_G.CONSENTED, _G.DECLINED}),
    # Whoever withdraws the consent has declined in the end.
    _G.CONSENTED: frozenset({_G.DECLINED}),
    _G.DECLINED: frozenset(),
}


class FileState(models.TextChoices):
    WANTED = "wanted", _("Being made")
    READY = "ready", _("Ready")
    PURGED = "purged", _("Deleted")


_F = FileState
FILE_TRANSITIONS: Mapping[str, frozenset[str]] = {
    # Wanted straight to purged: the report was deleted before its file was made.
    _F.WANTED: frozenset({_F.READY, _F.PURGED}),
    _F.READY: frozenset({_F.PURGED}),
    _F.PURGED: frozenset(),
}


class ShareState(models.TextChoices):
    OFFERED = "offered", _("Not opened yet")
    OPENED = "opened", _("Opened by the lender")
    REVOKED = "revoked", _("Taken back")
    OVER = "over", _("Over")


_S = ShareState
SHARE_TRANSITIONS: Mapping[str, frozenset[str]] = {
    _S.OFFERED: frozenset({_S.OPENED, _S.REVOKED, _S.OVER}),
    # What has been read stays read; whoever takes it back ends the reading time.
    _S.OPENED: frozenset({_S.REVOKED, _S.OVER}),
    _S.REVOKED: frozenset(),
    _S.OVER: frozenset(),
}
SHARE_LIVE = frozenset({_S.OFFERED, _S.OPENED})
