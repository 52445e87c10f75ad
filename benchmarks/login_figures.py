"""The rounds of `login`: each site in turn, so that a noisy minute is nobody's alone."""

import itertools
import statistics
from collections.abc import Iterator
from typing import Any

from django.utils import timezone

from accounts.models import User
from accounts.selectors import phone_hash
from benchmarks import login_profile
from benchmarks.login_client import CLIENTS, Round, Site, play
from benchmarks.login_sites import ours, peers
from drills.stage import Stage

EACH, ROUNDS, WARM_UP = 8, 5, 32
LOGINS = CLIENTS * EACH
OURS = "ours"


def figures(stage: Stage) -> Iterator[dict[str, Any]]:
    names = [f"138{number:08d}" for number in range(WARM_UP + ROUNDS * LOGINS + 200)]
    borrowers(names)
    stage.start_web()
    sites = [Site(OURS, int(stage.web.rpartition(":")[2]), ours), *peers(stage, names)]
    people = {site.name: iter(names) for site in sites}
    networks = (f"10.{n // 250 % 250}.{n % 250}.1" for n in itertools.count())
    for site in sites:
        play(site, people[site.name], WARM_UP, lambda: next(networks))
    done: dict[str, list[Round]] = {site.name: [] for site in sites}
    for turn in range(ROUNDS):
        for site in sites[turn % len(sites) :] + sites[: turn % len(sites)]:
            done[site.name].append(play(site, people[site.name], LOGINS, lambda: next(networks)))
    for name, rounds in done.items():
        yield {"site": name, **summary(rounds)}
    yield {"profile": login_profile.steps(people[OURS])}


def borrowers(phones: list[str]) -> None:
    """People who joined before; none of their browsers is known."""
    now = timezone.now()
    made = [User(phone=phone, phone_hash=phone_hash(phone), joined_at=now) for phone in phones]
    for user in made:
        user.set_unusable_password()
    User.objects.bulk_create(made)


def summary(rounds: list[Round]) -> dict[str, Any]:
    """The median over the rounds of each figure."""
    steps = {
        step: statistics.median(login[step] for each in rounds for login in each.logins)
        for step in rounds[0].logins[0]
    }
    return {
        "per_second": round(statistics.median(each.per_second for each in rounds), 2),
        "request_p95_ms": median_p95(each.requests for each in rounds),
        "login_p95_ms": median_p95(each.whole for each in rounds),
        "steps_ms": {step: round(took * 1000, 1) for step, took in steps.items()},
    }


def median_p95(rounds: Iterator[list[float]]) -> float:
    p95 = statistics.median(statistics.quantiles(times, n=20)[-1] for times in rounds)
    return round(p95 * 1000, 1)
