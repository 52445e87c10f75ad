"""New versions of the policy on login risk: drafted by one, published by another."""

import datetime as dt

from django.db import transaction
from django.db.models import Max

from accounts.models import RiskPolicy, RiskWeight, User
from accounts.refusals import Refused
from accounts.risks.shipped import FIRST
from accounts.selectors import risk as selectors
from accounts.states import POLICY_TRANSITIONS, PolicyState
from evidence.services import move, record


def draft(*, policy: RiskPolicy, by: User, now: dt.datetime) -> None:
    """Store a new draft, which begins with the weights of the policy in force."""
    with transaction.atomic():
        newest = RiskPolicy.objects.aggregate(newest=Max("version"))["newest"] or FIRST.version
        weights = selectors.policy().weights
        policy.version, policy.made_by, policy.made_at = newest + 1, by, now
        policy.save(force_insert=True)
        RiskWeight.objects.bulk_create(
            RiskWeight(policy=policy, signal=signal, weight=weight)
            for signal, weight in weights.items()
        )
        record(
            kind="accounts.riskpolicy.drafted",
            subject=str(policy.version),
            body={"by": by.pk},
            now=now,
        )


def publish(*, policy: RiskPolicy, by: User, now: dt.datetime) -> None:
    """Put another's draft in force; raises Refused for one's own, and IllegalMove for one that is
    published already."""
    if policy.made_by_id == by.pk:
        raise Refused("risk-policy-own")
    with transaction.atomic():
        weights = {each.signal: each.weight for each in policy.weights.all()}
        move(
            RiskPolicy,
            pk=policy.pk,
            to=PolicyState.PUBLISHED,
            table=POLICY_TRANSITIONS,
            now=now,
            subject=str(policy.version),
            body={
                "by": by.pk,
                "made_by": policy.made_by_id,
                "levels": [policy.prior, policy.notify, policy.step_up, policy.hold],
                "weights": weights,
            },
            published_by=by,
            published_at=now,
        )
