"""Loan applications, and the guarantors who are invited to consent for themselves."""

import datetime as dt
import secrets
from collections.abc import Iterable, Mapping

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.selectors import phone_hash
from accounts.services import budgets, messages
from creditquery.models import CreditQuery, Guarantor, Institution, LoanApplication
from creditquery.models.consents import Purpose
from creditquery.services import moves, queries
from creditquery.states import GuarantorState, LoanStatus
from evidence.services import record, record_many
from portal import masks

BATCH = 500
DAY = dt.timedelta(days=1)
INVITATIONS_A_DAY = 10
"""Of one borrower. Without an end a loan form is a machine that floods phones."""
INVITED_A_DAY = 3
"""One phone, whoever asks."""


EXTENSIBLE = frozenset({LoanStatus.OPEN, LoanStatus.LAPSED})


class TooManyInvitations(Exception):
    """The borrower, or somebody else about the same phone, has asked too often today."""


def apply(
    *,
    borrower: User,
    institution: Institution,
    reference: str,
    amount_fen: int,
    annual_rate_bp: int,
    term_months: int,
    decision_deadline: dt.date,
    guarantor_phones: Iterable[str] = (),
    now: dt.datetime,
) -> LoanApplication:
    """Note a loan application and invite its guarantors; the same reference gives the first one.

    Raises TooManyInvitations, and then nothing is noted.
    """
    phones = list(guarantor_phones)
    with transaction.atomic():
        budgets.hold(*map(phone_hash, [borrower.phone, *phones]))
        loan, made = LoanApplication.objects.get_or_create(
            borrower=borrower,
            institution=institution,
            reference=reference,
            defaults={
                "amount_fen": amount_fen,
                "annual_rate_bp": annual_rate_bp,
                "term_months": term_months,
                "decision_deadline": decision_deadline,
                "original_deadline": decision_deadline,
                "created_at": now,
            },
        )
        if made:
            subject, body = f"loan/{loan.pk}", {"institution": institution.code}
            record(kind="creditquery.loanapplication.open", subject=subject, body=body, now=now)
        for phone in phones:
            invite(loan=loan, phone=phone, now=now)
        return loan


def invite(*, loan: LoanApplication, phone: str, now: dt.datetime) -> Guarantor:
    """Invite whoever has this phone, once, by a message that names nobody in full.

    Raises TooManyInvitations.
    """
    key = phone_hash(phone)
    with transaction.atomic():
        budgets.hold(key, phone_hash(loan.borrower.phone))
        if (known := loan.guarantors.filter(phone_hash=key).first()) is not None:
            return known
        lately = Guarantor.objects.filter(invited_at__gt=now - DAY)
        of_borrower = lately.filter(loan__borrower=loan.borrower_id).count()
        if of_borrower >= INVITATIONS_A_DAY or (
            lately.filter(phone_hash=key).count() >= INVITED_A_DAY
        ):
            raise TooManyInvitations
        token = secrets.token_urlsafe(32)
        guarantor = Guarantor.objects.create(
            loan=loan, phone_hash=key, phone=phone, token=token, invited_at=now
        )
        record(kind="creditquery.guarantor.invited", subject=f"guarantor/{guarantor.pk}", now=now)
        messages.send_to_phone(
            phone=phone,
            kind="creditquery.invitation",
            context={"name": masks.name(loan.borrower.name)},
            language=loan.borrower.language,
            now=now,
        )
        return guarantor


def accept(*, guarantor: Guarantor, person: User, now: dt.datetime) -> CreditQuery:
    """The guarantor agrees to a query about themselves, which still has to be signed."""
    with transaction.atomic():
        locked = Guarantor.objects.select_for_update().get(pk=guarantor.pk)
        if locked.state == GuarantorState.INVITED:
            moves.guarantor(locked, to=GuarantorState.CONSENTED, now=now, user=person)
        return queries.wish(person=person, loan=locked.loan, purpose=Purpose.GUARANTEE, now=now)


def decline(*, guarantor: Guarantor, person: User, now: dt.datetime) -> None:
    """The guarantor answers no; an answer that was given stands."""
    with transaction.atomic():
        locked = Guarantor.objects.select_for_update().get(pk=guarantor.pk)
        if locked.state == GuarantorState.INVITED:
            moves.guarantor(locked, to=GuarantorState.DECLINED, now=now, user=person)


def extend(*, loan: LoanApplication, to: dt.date, now: dt.datetime) -> bool:
    """Let the lender decide until a later day; a loan that lapsed meanwhile is open again.

    False, and nothing is changed, when the loan is decided or the deadline is as late already.
    """
    extended = bool(extend_many(deadlines={loan.pk: to}, now=now))
    loan.refresh_from_db()
    return extended


def extend_many(*, deadlines: Mapping[int, dt.date], now: dt.datetime) -> set[int]:
    """Later deadlines by primary key of the loan, as `extend`; returns those that were extended."""
    with transaction.atomic():
        rows = LoanApplication.objects.filter(pk__in=deadlines, status__in=EXTENSIBLE)
        found = (
            rows.order_by("pk").select_for_update().values_list("pk", "status", "decision_deadline")
        )
        later = {pk: (status, was) for pk, status, was in found if was < deadlines[pk]}
        reopened = [pk for pk, (status, _) in later.items() if status == LoanStatus.LAPSED]
        moves.loans(reopened, to=LoanStatus.OPEN, now=now)
        by_day: dict[dt.date, list[int]] = {}
        for pk in later:
            by_day.setdefault(deadlines[pk], []).append(pk)
        for day, pks in by_day.items():
            LoanApplication.objects.filter(pk__in=pks).update(decision_deadline=day)
        bodies = {
            f"loan/{pk}": {"from": str(was), "to": str(deadlines[pk])}
            for pk, (_, was) in later.items()
        }
        record_many(kind="creditquery.loanapplication.extended", bodies=bodies, now=now)
    return set(later)


def lapse_due(*, now: dt.datetime) -> int:
    """Close the open applications whose decision deadline is over; returns how many."""
    due = LoanApplication.objects.filter(
        status=LoanStatus.OPEN, decision_deadline__lt=timezone.localtime(now).date()
    )
    lapsed = 0
    for loan in due[:BATCH]:
        moves.loan(loan, to=LoanStatus.LAPSED, now=now)
        lapsed += 1
    return lapsed
