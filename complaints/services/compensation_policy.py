"""New versions of the rule: proposed by one person, decided by another, edited by nobody."""

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction

from accounts.models import User
from accounts.refusals import Refused
from complaints.models import CompensationRule
from complaints.services import proposals
from evidence.services import record


def propose(*, by: User, now: dt.datetime, **values: Any) -> CompensationRule:
    """Propose a version; `values` are its columns. Raises Refused "rule-version-taken"."""
    try:
        with transaction.atomic():
            rule = CompensationRule.objects.create(proposed_by=by, proposed_at=now, **values)
            figures = ("base", "tiers", "months", "minimum_fen", "cap_fen", "fee_fen", "fast_lane")
            body = {
                "by": by.pk,
                "valid_from": rule.valid_from.isoformat(),
                **{name: values[name] for name in figures},
            }
            kind = "complaints.compensationrule.proposed"
            record(kind=kind, subject=rule.version, body=body, now=now)
    except IntegrityError:
        raise Refused("rule-version-taken") from None
    return rule


def decide(*, rule: CompensationRule, by: User, approve: bool, now: dt.datetime) -> None:
    """Another person decides. Raises Refused, "rule-too-late" once outages could have begun
    under it: no sum changes afterwards."""
    if approve and rule.valid_from <= now:
        raise Refused("rule-too-late")
    with transaction.atomic():
        proposals.decide(rule, by=by, approve=approve, now=now)
