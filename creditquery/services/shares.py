"""A report shown to the lender of the loan, once, because its subject signed for that."""

import datetime as dt
import hashlib
import secrets

from django.db import transaction

from accounts.codes import hashed
from accounts.models import User
from accounts.refusals import Refused
from accounts.selectors import Identity
from creditquery.consent_wordings import SHARE, in_force
from creditquery.models import AccessLog, CreditQuery, ReportShare
from creditquery.selectors import lenders
from creditquery.selectors import shares as selectors
from creditquery.services import moves, reports
from creditquery.states import SHARE_LIVE, ShareState
from evidence.leaf import canonical
from evidence.services import IllegalMove, record

BATCH = 500


def offer(
    *, query: CreditQuery, identity: Identity, language: str, signed_with: str, now: dt.datetime
) -> str:
    """The token of a link that the lender's user opens, told once; a link made before dies.

    Raises Refused when there is no report to read, or nobody at the lender who could.
    """
    institution = query.loan.institution
    with transaction.atomic():
        locked = CreditQuery.objects.select_for_update().get(pk=query.pk)
        if not selectors.has_report(locked, now):
            raise Refused("share-no-report")
        if not lenders.can_read(institution):
            raise Refused("share-nobody")
        for earlier in query.shares.filter(state__in=SHARE_LIVE):
            revoke(share=earlier, now=now)
        token = secrets.token_urlsafe(24)
        document = _document(query, identity, language, signed_with, hashed(token), now)
        share = ReportShare.objects.create(
            query=query,
            institution=institution,
            token_hash=hashed(token),
            text_version=in_force(SHARE).version,
            document=document.decode(),
            sha256=hashlib.sha256(document).hexdigest(),
            signed_with=signed_with,
            offered_at=now,
            expires_at=now + selectors.VALID,
        )
        body = {"share": share.pk, "institution": institution.code, "sha256": share.sha256}
        kind = "creditquery.reportshare.offered"
        record(kind=kind, subject=query.request_no, body=body, now=now)
    return token


def use(*, share: ReportShare, user: User, session_hash: str, now: dt.datetime) -> None:
    """Open the link in this session of this user; whoever comes second finds it used.

    Raises Refused with the reason that it cannot be opened (any more).
    """
    if (code := selectors.closed(share, now)) is not None:
        raise Refused(code)
    if lenders.institution_of(user) != share.institution:
        raise Refused("share-other-lender")
    values = {
        "opened_at": now,
        "opened_by": user,
        "session_hash": session_hash,
        "reading_until": now + selectors.READING,
    }
    try:
        moves.share(share, to=ShareState.OPENED, now=now, **values)
    except IllegalMove:
        share.refresh_from_db()
        raise Refused(selectors.closed(share, now) or "share-used") from None


def look(*, share: ReportShare, user: User, now: dt.datetime) -> None:
    """Register one look of the lender's user (征信业管理条例 第二十二条)."""
    reports.log_access(
        query=share.query,
        actor=user,
        action=AccessLog.Action.VIEWED,
        purpose=f"{share.institution.name}: {share.query.loan.reference}",
        now=now,
    )


def revoke(*, share: ReportShare, now: dt.datetime) -> None:
    """Take it back: the link opens nothing, and who reads it at the moment reads no further."""
    with transaction.atomic():
        locked = ReportShare.objects.select_for_update(of=("self",)).get(pk=share.pk)
        if locked.state in SHARE_LIVE:
            moves.share(locked, to=ShareState.REVOKED, now=now, ended_at=now)


def end_due(*, now: dt.datetime) -> int:
    """Close what was not opened in time or has been read long enough; returns how many."""
    ended = 0
    for share in selectors.due(now).select_related("query", "institution")[:BATCH]:
        try:
            moves.share(share, to=ShareState.OVER, now=now, ended_at=now)
            ended += 1
        except IllegalMove:
            continue  # opened or taken back at this very moment
    return ended


def _document(
    query: CreditQuery,
    identity: Identity,
    language: str,
    signed_with: str,
    link: str,
    now: dt.datetime,
) -> bytes:
    """What is signed, with a salt, as in services.consents."""
    institution = query.loan.institution
    return canonical(
        {
            "request_no": query.request_no,
            "person": [identity.name, identity.id_type, identity.id_number],
            "recipient": [institution.name, institution.code],
            "loan": query.loan.reference,
            "text_version": in_force(SHARE).version,
            "text_sha256": in_force(SHARE).sha256,
            "language": language,
            "text": selectors.written_out(query.loan, language),
            "link_sha256": link,
            "expires_at": (now + selectors.VALID).isoformat(),
            "signed_at": now.isoformat(),
            "signed_with": signed_with,
            "salt": secrets.token_hex(16),
        }
    )
