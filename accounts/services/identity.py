"""The real-name check: asked by work, answered once, its input forgotten with the answer.

One ID number may belong to several accounts: people have several phones, and the operators confirm
each of them. The person's other accounts are told whenever one more is bound.
"""

import datetime as dt

from django.conf import settings
from django.db import IntegrityError, transaction

from accounts import texts
from accounts.models import IdentityCheck, User
from accounts.refusals import Refused
from accounts.selectors import id_hash
from accounts.services import messages
from accounts.states import CHECK_TRANSITIONS, CheckState
from evidence.services import move
from portal.work import services as work
from portal.work.states import Lane

CHECK = "accounts.tasks.check_identity"
RESIDENT_CARD = "10"
"""Kind of document in the bureau's code table: resident identity card."""
DAY = dt.timedelta(days=1)


def begin(*, user: User, name: str, id_number: str, now: dt.datetime) -> IdentityCheck:
    """Start a check, or find the one that runs; raises Refused when the day's tries are used up."""
    answered = IdentityCheck.objects.exclude(state=CheckState.UNAVAILABLE)
    tries = answered.filter(user=user, created_at__gt=now - DAY)
    if user.verified_at is not None:
        raise Refused("idcheck-done")
    if tries.count() >= settings.REALNAME_TRIES_PER_DAY:
        oldest = tries.order_by("created_at").values_list("created_at", flat=True)[0]
        raise Refused("idcheck-tries", next_at=oldest + DAY)
    try:
        with transaction.atomic():
            check = IdentityCheck.objects.create(
                user=user,
                name=name,
                id_number=id_number,
                id_hash=id_hash(id_number),
                created_at=now,
            )
            work.add(kind=CHECK, subject=str(check.pk), lane=Lane.MESSAGE, now=now)
    except IntegrityError:  # one at a time: pressed twice
        return IdentityCheck.objects.filter(user=user).latest("created_at")
    return check


def finish(
    check: IdentityCheck, *, to: str, vendor_code: str = "", request_id: str = "", now: dt.datetime
) -> None:
    """Write the answer; a match names the person. The input is erased with any answer."""
    with transaction.atomic():
        move(
            IdentityCheck,
            pk=check.pk,
            to=to,
            table=CHECK_TRANSITIONS,
            now=now,
            body={"vendor_code": vendor_code},
            vendor_code=vendor_code,
            request_id=request_id,
            finished_at=now,
            name="",
            id_number="",
        )
        if to == CheckState.MATCHED:
            _bind(check, now)


def _bind(check: IdentityCheck, now: dt.datetime) -> None:
    others = User.objects.filter(id_hash=check.id_hash, is_active=True).exclude(pk=check.user_id)
    for other in others:
        messages.send(
            user=other, kind="accounts.identity_bound", context={"time": texts.moment(now)}, now=now
        )
    User.objects.filter(pk=check.user_id).update(
        name=check.name,
        id_type=RESIDENT_CARD,
        id_number=check.id_number,
        id_hash=check.id_hash,
        verified_at=now,
    )
