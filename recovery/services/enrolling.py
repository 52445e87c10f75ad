"""The end of the way: whoever holds the link of the new address sets the new phone, once.

Nobody of the staff can: the link goes to the proved address alone, a browser of the staff is
refused and told of, and the code goes to the new phone. Nobody is logged in by it either.
"""

import datetime as dt
from dataclasses import replace

from django.db import transaction

from accounts.models import LoginChallenge, User
from accounts.refusals import Refused
from accounts.selectors import phone_hash
from accounts.services import challenges, interlock, regaining
from accounts.services.challenges import Address, Asker
from accounts.services.visit import Visit
from accounts.states import Channel, Purpose
from evidence.services import IllegalMove, record
from portal.watch import kinds
from portal.watch import services as watch
from portal.watch.models import Severity
from recovery.models import RecoveryLink, RecoveryTicket
from recovery.services import links, moves, telling, timeline
from recovery.states import Lost, RecoveryState, StepKind


def refuse_staff(*, link: RecoveryLink, visit: Visit, now: dt.datetime) -> Refused | None:
    """Why this browser must not go on: it is one of the staff. Compliance hears of it; in the
    caller's transaction, which must be committed before the refusal is raised."""
    member = interlock.behind(visit=visit)
    if member is None:
        return None
    _alarm(link, member, now)
    return Refused("recovery-staff")


def ask(*, link: RecoveryLink, phone: str, asker: Asker, now: dt.datetime) -> LoginChallenge:
    """Send a code to the new phone; where the new address is a phone, it is that one. Raises
    Refused."""
    ticket = link.ticket
    number = ticket.address if ticket.channel == Channel.SMS else phone
    key = phone_hash(number)
    if ticket.account is None or regaining.taken(phone_hash=key, user=ticket.account):
        raise Refused("recovery-phone-taken")
    return challenges.ask(
        purpose=Purpose.RECOVERY,
        address=Address(value=number, hash=key, account_hash=key),
        user=None,
        asker=replace(asker, passed_captcha=True),  # two officers let this link out
        now=now,
    )


def enrol(
    *, link: RecoveryLink, challenge: LoginChallenge, code: str, visit: Visit, now: dt.datetime
) -> None:
    """The right code sets the phone and uses the link up. Raises Refused; of two at once one is
    right."""
    with transaction.atomic():
        evaluation = challenges.evaluate(challenge, code=code, now=now)
        refusal = (
            interlock.refuse_staff(
                challenge=challenge, visit=visit, right=evaluation.refusal is None, now=now
            )
            or refuse_staff(link=link, visit=visit, now=now)
            or evaluation.refusal
        )
        if refusal is None:
            _enrol(link, evaluation.challenge, now)
    if refusal:
        raise refusal


def _enrol(link: RecoveryLink, proof: LoginChallenge, now: dt.datetime) -> None:
    ticket = moves.locked(link.ticket)
    if ticket.channel == Channel.SMS and proof.address_hash != ticket.address_hash:
        raise Refused("recovery-link-over")
    if ticket.account is None or not links.use(link, now=now):
        raise Refused("recovery-link-over")
    account = User.objects.select_for_update(no_key=True).get(pk=ticket.account.pk)
    if account.phone_hash != ticket.old_phone_hash or not account.is_active:
        raise Refused("recovery-no-account")  # its owner changed the number meanwhile
    telling.owner(ticket, stage=telling.ENROLLED, now=now)  # at the addresses of before
    email, email_hash = _email(ticket, account)
    regaining.regain(user=account, proof=proof, email=email, email_hash=email_hash, now=now)
    try:
        moves.ticket(ticket, to=RecoveryState.ENROLLED, now=now, body={"proof": str(proof.pk)})
    except IllegalMove:
        raise Refused("recovery-link-over") from None
    timeline.add(ticket, kind=StepKind.ENROLLED, now=now, shown=True)
    telling.asker(ticket, kind="news", now=now)


def _email(ticket: RecoveryTicket, account: User) -> tuple[str, str]:
    """The address of the account from now on: the one just proved; else the old one, unless it is
    lost, too: what is lost opens nothing any more."""
    if ticket.channel == Channel.EMAIL:
        return ticket.address, ticket.address_hash
    if Lost.EMAIL in ticket.lost:
        return "", ""
    return account.email, account.email_hash


def _alarm(link: RecoveryLink, member: User, now: dt.datetime) -> None:
    ticket: RecoveryTicket = link.ticket
    body = {"staff": member.pk}
    record(kind="recovery.link.staff", subject=ticket.number or "", body=body, now=now)
    watch.raise_alarm(
        kind=kinds.RECOVERY_STAFF,
        subject=f"{member.username} {ticket.number}",
        severity=Severity.CRITICAL,
        now=now,
    )
