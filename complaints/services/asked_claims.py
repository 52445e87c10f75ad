"""What borrowers tell of people who asked for their codes becomes complaints."""

import datetime as dt
import uuid
from collections.abc import Mapping

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import CodeAsked
from accounts.refusals import Refused
from accounts.services import asked
from accounts.states import AskedBy, AskedThrough
from complaints.case.classification import Channel, Reason, Topic
from complaints.services import cases
from portal.beijing import day_of

MOST = 50
"""At a time."""
TOPIC_OF: Mapping[str, str] = {
    AskedBy.STAFF: Topic.STAFF,
    AskedBy.BANK: Topic.LENDER,
    AskedBy.POLICE: Topic.OTHER,
    AskedBy.OTHER: Topic.OTHER,
    # Who did not say may be one of us: looked into like one who did.
    AskedBy.UNKNOWN: Topic.STAFF,
}
CHANNEL_OF: Mapping[str, str] = {
    AskedThrough.CALL: Channel.PHONE,
    AskedThrough.WECHAT: Channel.THIRD_PARTY,
    AskedThrough.MESSAGE: Channel.SMS,
    AskedThrough.PERSON: Channel.BRANCH,
    AskedThrough.OTHER: Channel.OTHER,
}


def claim(*, now: dt.datetime) -> int:
    """File a complaint for each row that nobody took up; how many. The borrower is told its number
    like that of any other complaint. Whoever has had too many in a day waits for the next."""
    asked.adopt(now=now)
    return sum(_claim(row.pk, now) for row in asked.unclaimed()[:MOST])


def _claim(pk: uuid.UUID, now: dt.datetime) -> bool:
    with transaction.atomic():
        rows = asked.unclaimed().filter(pk=pk)
        # Another worker may hold it; a person who is gone has nobody to tell.
        row = rows.select_for_update(of=("self",), skip_locked=True).first()
        if row is None or row.user is None:
            return False
        try:
            made = cases.file(
                person=row.user,
                reason=TOPIC_OF[row.by],
                text=_text(row),
                channel=CHANNEL_OF[row.through],
                code=Reason.INFORMATION,
                now=now,
            )
        except Refused:
            return False
        return asked.claim(row=row, number=made.number or "", now=now)


def _text(row: CodeAsked) -> str:
    """What was chosen and written, as the borrower would have put it."""
    with translation.override(row.user.language if row.user else None):
        said = {
            "day": day_of(row.at).isoformat(),
            "by": row.get_by_display(),
            "through": row.get_through_display(),
            "when": row.get_when_display(),
        }
        lines = [
            _("I was asked for my code. Told on %(day)s.") % said,
            _("They said to be: %(by)s. How: %(through)s. When: %(when)s.") % said,
        ]
        if row.officer:
            lines.append(_("Name they gave: %(name)s") % {"name": row.officer})
    return "\n".join([*lines, row.words]).strip()
