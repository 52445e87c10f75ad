"""Work about reviews that two officers decided: their letters."""

import datetime as dt

from django.utils import timezone

from complaints.services import review_letters
from portal.work import services as work
from portal.work.handlers import periodic
from portal.work.services import Claim, WorkState
from portal.work.states import Lane


@periodic(lane=Lane.UPKEEP, every=dt.timedelta(seconds=5))
def issue(claim: Claim) -> None:
    """Lane upkeep: the letters about what was decided since the last look."""
    now = timezone.now()
    review_letters.issue_due(now=now)  # each letter commits by itself
    with work.ending(claim, to=WorkState.DONE, now=now):
        pass
