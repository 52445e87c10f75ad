"""What happens when somebody says “it was not me”."""

import datetime as dt

from django.db import transaction

from accounts.models import Device, Login, NotMeLink
from accounts.services import freezing
from accounts.states import LOGIN_TRANSITIONS, FreezeReason, LoginState
from evidence.services import move, record


def act(*, link: NotMeLink, now: dt.datetime) -> bool:
    """End every session, forget the browser, freeze the account. False when the link was used
    before: pressed again, it does not freeze once more what its owner has thawed."""
    with transaction.atomic():
        unused = NotMeLink.objects.filter(pk=link.pk, used_at__isnull=True)
        if unused.update(used_at=now) != 1:
            return False
        login, device = link.login, link.device
        if login is not None and login.state == LoginState.ENTERED:
            move(
                Login,
                pk=login.pk,
                to=LoginState.REFUSED,
                table=LOGIN_TRANSITIONS,
                now=now,
                settled_at=now,
            )
        if device is not None:
            Device.objects.filter(pk=device.pk).delete()
            record(kind="accounts.device.forgotten", subject=str(device.pk), now=now)
        record(kind="accounts.notme.said", subject=str(link.user_id), now=now)
        freezing.freeze(user=link.user, reason=FreezeReason.NOT_ME, now=now)
    return True
