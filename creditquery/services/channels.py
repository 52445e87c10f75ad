"""Channels as the environment describes them first, and as administrators keep them after."""

import datetime as dt
import json
from collections.abc import Collection
from dataclasses import asdict, dataclass, field

from django.conf import settings
from django.db import transaction

from accounts.models import User
from creditquery.models import Channel, Endpoint
from creditquery.selectors import channels as selectors
from creditquery.states import ChannelKind, Region
from evidence.services import record
from portal.crypto import keyed_hash

SETTLE_SECONDS = 60 + 30
"""Both interfaces begin nothing later than 60 s after a request, by their clock; clocks that are
further apart than 30 s raise an alarm (portal.watch)."""
SECRETS = frozenset({"secret", "next_secret"})


@dataclass(frozen=True, slots=True)
class Given:
    """One channel as the environment describes it."""

    name: str
    kind: str
    priority: int
    base_url: str
    institution: str
    secret: str = field(repr=False)
    peer_key: str = ""

    @property
    def digest(self) -> str:
        """Keyed: it stands in evidence, and a weak secret could be guessed from a plain hash."""
        return keyed_hash(json.dumps(asdict(self)), "channel environment")


def given() -> tuple[Given, ...]:
    """The channels of the settings, the preferred one first."""
    return (
        Given(
            "pboc",
            ChannelKind.IDEMPOTENT,
            1,
            settings.PBOC_BASE_URL,
            settings.PBOC_INSTITUTION_CODE,
            settings.PBOC_SECRET,
        ),
        Given(
            "bank",
            ChannelKind.BY_REF,
            2,
            settings.BANK_BASE_URL,
            settings.BANK_INSTITUTION_CODE,
            settings.BANK_PRIVATE_KEY,
            settings.BANK_PUBLIC_KEY,
        ),
    )


def sync(*, now: dt.datetime) -> list[str]:
    """Fill the tables from the environment where it has changed since; returns those channels.

    An unchanged environment leaves alone what administrators have changed.
    """
    with transaction.atomic():
        changed = [each.name for each in given() if _fill(each, now)]
    selectors.forget()
    return changed


def _fill(each: Given, now: dt.datetime) -> bool:
    known = Channel.objects.select_for_update().filter(name=each.name).first()
    if known is not None and known.from_environment == each.digest:
        return False
    values = {
        "institution": each.institution,
        "secret": each.secret,
        "next_secret": None,
        "peer_key": each.peer_key,
        "from_environment": each.digest,
    }
    first = {
        "adapter": each.name,
        "kind": each.kind,
        "priority": each.priority,
        "settle_seconds": SETTLE_SECONDS,
    }
    channel, _ = Channel.objects.update_or_create(
        name=each.name, defaults=values, create_defaults={**values, **first}
    )
    for region in Region.values:
        Endpoint.objects.update_or_create(
            channel=channel,
            name=region,
            defaults={"url": f"{each.base_url}/{region}"},
            create_defaults={"url": f"{each.base_url}/{region}", "region": region},
        )
    body = {"from": "environment", "base": each.base_url, "digest": each.digest}
    record(kind="creditquery.channel.filled", subject=each.name, body=body, now=now)
    return True


# --- As administrators keep them ------------------------------------------------------------


def keep(row: Channel | Endpoint, *, changed: Collection[str], by: User, now: dt.datetime) -> None:
    """Store what an administrator entered, with what changed and who did it.

    Of a secret the record says only that it was set.
    """
    made = row.pk is None
    told = {name: "set" if name in SECRETS else str(getattr(row, name)) for name in sorted(changed)}
    with transaction.atomic():
        row.save()
        kind = f"{row._meta.label_lower}.{'added' if made else 'changed'}"
        record(kind=kind, subject=name_of(row), body={"by": by.pk, **told}, now=now)
    selectors.forget()


def promote(*, channel: Channel, by: User, now: dt.datetime) -> bool:
    """The next secret takes over, and the old one is forgotten; False when there is none.

    Until then both are tried, so that no call is lost whenever the other side changes over.
    """
    with transaction.atomic():
        locked = Channel.objects.select_for_update().get(pk=channel.pk)
        if locked.next_secret is None:
            return False
        locked.secret, locked.next_secret = locked.next_secret, None
        locked.save(update_fields=["secret", "next_secret"])
        record(
            kind="creditquery.channel.promoted", subject=locked.name, body={"by": by.pk}, now=now
        )
    selectors.forget()
    return True


def name_of(row: Channel | Endpoint) -> str:
    """What it is called among the routes and in the evidence."""
    return row.route if isinstance(row, Endpoint) else row.name
