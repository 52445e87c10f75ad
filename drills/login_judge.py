"""What is measured of an attack on logins: rows, ranks, and where a code was left behind."""

import math
import re
import statistics
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import redis
from django.apps import apps
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.db.models import Count, Sum

from accounts.codes import code_for
from accounts.models import LoginChallenge, WrongCode
from portal.rotation import sealed_fields

REDIS_DATABASES = range(4)
TELLS = 0.2
"""A page that one group gets so much more often than the other tells them apart; states of a
message that is on its way differ by chance."""
MOMENT = re.compile(r"\d\d:\d\d:\d\d(\.\d+)?")


# --- Guesses ----------------------------------------------------------------------------------


def evaluated(hashes: Collection[str]) -> dict[str, int]:
    """Guesses that were compared, by account: as wrong codes were kept, or as challenges counted
    their attempts, whichever says more."""
    rows = WrongCode.objects.filter(account_hash__in=hashes).values("account_hash")
    kept = dict(rows.annotate(number=Count("pk")).values_list("account_hash", "number"))
    tried = LoginChallenge.objects.filter(account_hash__in=hashes, used_at__isnull=True)
    counted = dict(
        tried.values("account_hash")
        .annotate(number=Sum("attempts"))
        .values_list("account_hash", "number")
    )
    return {key: max(kept.get(key, 0), counted.get(key) or 0) for key in hashes}


# --- Telling apart ----------------------------------------------------------------------------


def mann_whitney(one: Sequence[float], other: Sequence[float]) -> float:
    """Two-sided p that both come from one distribution; normal approximation with ties (Mann and
    Whitney 1947), good from some twenty values on."""
    n, m = len(one), len(other)
    ranks, ties = _ranks([*one, *other])
    u = sum(ranks[:n]) - n * (n + 1) / 2
    total = n + m
    variance = n * m / 12 * (total + 1 - ties / (total * (total - 1)))
    if variance <= 0:
        return 1.0
    z = (abs(u - n * m / 2) - 0.5) / math.sqrt(variance)
    return min(1.0, math.erfc(max(z, 0.0) / math.sqrt(2)))


def _ranks(values: Sequence[float]) -> tuple[list[float], float]:
    """Mean ranks, and the sum of t^3 - t over groups of ties."""
    order = sorted(range(len(values)), key=values.__getitem__)
    ranks, ties, at = [0.0] * len(values), 0.0, 0
    while at < len(order):
        end = at
        while end < len(order) and values[order[end]] == values[order[at]]:
            end += 1
        for place in order[at:end]:
            ranks[place] = (at + end + 1) / 2
        ties += (end - at) ** 3 - (end - at)
        at = end
    return ranks, ties


def median_gap(one: Sequence[float], other: Sequence[float]) -> float:
    return abs(statistics.median(one) - statistics.median(other))


def telling(one: Sequence[object], other: Sequence[object]) -> int:
    """Answers by which the two groups can be told apart."""
    shares: list[Mapping[object, float]] = [
        {answer: group.count(answer) / len(group) for answer in set(group)}
        for group in (list(one), list(other))
    ]
    seen = {*shares[0], *shares[1]}
    return sum(abs(shares[0].get(a, 0) - shares[1].get(a, 0)) > TELLS for a in seen)


def plain_page(text: str) -> str:
    """A page without what differs for everybody: tokens, numbers, tickets."""
    text = re.sub(r'value="[^"]*"', "", text)
    text = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "", text)
    text = re.sub(r'(class="code[^"]*">)[^<]*', r"\1", text)
    return re.sub(r"\d+", "#", text)


# --- Leaks ------------------------------------------------------------------------------------


def issued() -> list[str]:
    """Every code that was ever sent in this drill, to a phone or to a mailbox."""
    rows = LoginChallenge.objects.filter(deliveries__isnull=False).distinct()
    return [
        code_for(pk, purpose, place)
        for pk, purpose in rows.values_list("pk", "purpose")
        for place in ("", "mailbox")
    ]


def places(logs: Path) -> dict[str, str]:
    """All that is kept, as text: a code must be in none of it."""
    return {
        "database": _database(),
        "sealed columns": _sealed(),
        "sessions": _sessions(),
        "Redis": _redis(),
        "logs": "\n".join(path.read_text(errors="replace") for path in sorted(logs.glob("*.log"))),
    }


def leaks(wanted: Collection[str], text: str) -> int:
    """How many of the codes stand in a text by themselves: six digits by chance inside a longer
    number, a hash or a fraction of a second are none."""
    standing = set(
        re.findall(r"(?<![0-9A-Za-z_.+/-])\d{6}(?![0-9A-Za-z_+/=-]|\.\d)", _timeless(text))
    )
    return len(standing & set(wanted))


def _timeless(text: str) -> str:
    return MOMENT.sub("", text)


def _database() -> str:
    parts = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT t::text FROM "{table}" t')  # noqa: S608 (a table's own name)
            parts += [row[0] for row in cursor.fetchall()]
    return "\n".join(parts)


def _sealed() -> str:
    found = []
    for sealed in sealed_fields(apps.get_models()):
        values = sealed.model._default_manager.values_list(sealed.name, flat=True)
        found += [str(value) for value in values if value]
    return "\n".join(found)


def _sessions() -> str:
    return "\n".join(str(session.get_decoded()) for session in Session.objects.all())


def _redis() -> str:
    found = []
    for number in REDIS_DATABASES:
        server = redis.Redis.from_url(settings.REDIS_URL, db=number)
        for key in server.scan_iter():
            dumped = server.dump(key) or b""
            found.append(key.decode("latin-1") + " " + dumped.decode("latin-1"))
    return "\n".join(found)
