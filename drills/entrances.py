"""How a drill changes the entrances that the environment describes, as an administrator would."""

import os

from django.conf import settings

from creditquery.models import Channel, Endpoint
from creditquery.states import ChannelKind, Region
from drills.arrivals import insist

BLIND = "blind"


def settle_after(seconds: int) -> None:
    """After so long nobody at the other end begins what was sent; they are on our clock here."""
    Channel.objects.update(settle_seconds=seconds)


def prefer(route: str) -> None:
    """Let an entrance win over others of its channel that are as fast."""
    channel, _, name = route.partition(".")
    Endpoint.objects.filter(channel__name=channel, name=name).update(weight=1000)


def add_blind() -> None:
    """A third channel in the bank's format, the last to be tried, which cannot be asked. Shut."""
    channel = Channel.objects.create(
        name=BLIND,
        adapter="bank",
        kind=ChannelKind.BLIND,
        priority=9,
        institution=settings.BANK_INSTITUTION_CODE,
        secret=settings.BANK_PRIVATE_KEY,
        peer_key=settings.BANK_PUBLIC_KEY,
        enabled=False,
    )
    Endpoint.objects.create(
        channel=channel,
        name=Region.EAST,
        region=Region.EAST,
        url=f"http://127.0.0.1:{os.environ['SIMULATOR_PORT']}/{BLIND}/{Region.EAST}",
    )


def use_blind(enabled: bool) -> None:
    insist(lambda: Channel.objects.filter(name=BLIND).update(enabled=enabled))


def use_tls(route: str) -> None:
    """Reach an entrance over TLS, under the certificates of the simulators."""
    channel, _, name = route.partition(".")
    url = f"https://127.0.0.1:{os.environ['SIMULATOR_TLS_PORT']}/{channel}/{name}"
    Endpoint.objects.filter(channel__name=channel, name=name).update(url=url)
