"""What the vendors let through to one number, as they publish it, and the moment when one more
message goes through. Ours are mirrored before anything is sent, so that no page promises a message
that is refused behind it.

Aliyun: help.aliyun.com 2881383 (text messages: by signature and number, and 40 a day by number
whoever sends); its single calls have 1, 5 and 20. Tencent: cloud.tencent.com/document/product/382
(text messages; 30 seconds between two), 1128 (calls). Counted when handed over, arrived or not.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from accounts.states import Channel, Vendor

MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)
OWNERS_PART = (2, 5)
"""Of each cap so much is left to browsers that are known, whatever strangers ask for."""


@dataclass(frozen=True, slots=True)
class Cap:
    """At most `most` in any `window`."""

    window: dt.timedelta
    most: int

    def for_strangers(self) -> "Cap":
        kept, parts = OWNERS_PART
        return Cap(self.window, self.most * (parts - kept) // parts or 1)


CODES: Mapping[tuple[str, str], Sequence[Cap]] = {
    (Vendor.ALIYUN, Channel.SMS): (Cap(MINUTE, 1), Cap(HOUR, 5), Cap(DAY, 10)),
    (Vendor.ALIYUN, Channel.VOICE): (Cap(MINUTE, 1), Cap(HOUR, 5), Cap(DAY, 20)),
    (Vendor.TENCENT, Channel.SMS): (Cap(MINUTE / 2, 1), Cap(HOUR, 5), Cap(DAY, 10)),
    (Vendor.TENCENT, Channel.VOICE): (Cap(MINUTE / 2, 1), Cap(DAY, 10)),
}
EVERYTHING: Mapping[tuple[str, str], Sequence[Cap]] = {
    (Vendor.ALIYUN, Channel.SMS): (Cap(DAY, 40),),
}
"""Notices of ours are in these as well."""


def goes_through(times: Collection[dt.datetime], caps: Iterable[Cap], at: dt.datetime) -> bool:
    return all(sum(at < sent + cap.window for sent in times) < cap.most for cap in caps)


def opens(times: Collection[dt.datetime], caps: Iterable[Cap], now: dt.datetime) -> dt.datetime:
    """The first moment from now on at which one more goes through."""
    caps = list(caps)
    moments = sorted(sent + cap.window for sent in times for cap in caps)
    return next(
        at for at in (now, *(m for m in moments if m > now)) if goes_through(times, caps, at)
    )
