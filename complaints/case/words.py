"""What the borrower reads about the state of a complaint: what it means, and what happens next."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.states.cases import ComplaintState

C = ComplaintState
NEXT: Mapping[str, Promise] = {
    C.RECEIVED: _("We have your complaint."),
    C.ACKNOWLEDGED: _(
        "We have your complaint. A member of staff takes it on next. You need do nothing."
    ),
    C.ACCEPTED: _("We deal with it. You need do nothing."),
    C.NOT_ACCEPTED: _(
        "We do not deal with this complaint. The reason stands below. You can have that reviewed "
        "by somebody else, or go to the regulator."
    ),
    C.INVESTIGATING: _("We look into it. If we need something from you, we ask here."),
    C.AWAITING: _(
        "We have a question, below. The time that the law gives us runs on meanwhile: you lose "
        "nothing by taking a day to answer."
    ),
    C.PROPOSED: _("A decision has been drafted. Somebody else checks it before it counts."),
    C.APPROVED: _("It is decided. The decision is on its way to you."),
    C.NOTIFIED: _(
        "Our decision stands below. If you do not agree, have it reviewed by people who had no "
        "part in it, or go to the regulator."
    ),
    C.CLOSED: _("It is closed. Our decision stands below."),
    C.WITHDRAWN: _("You withdrew it. You can complain again at any time."),
    C.UNDER_REVIEW: _("It is looked at again, by people who had no part in the decision."),
    C.ESCALATED: _("You told us that it is with the regulator. What we have stays ready for them."),
}
TONES: Mapping[str, str] = {
    C.AWAITING: "caution",
    C.NOT_ACCEPTED: "caution",
    C.NOTIFIED: "good",
    C.CLOSED: "good",
}
"""Of the tag that shows the state; the words say all of it."""
CLOCK_TONES: Mapping[str, str] = {"met": "good", "breached": "bad", "paused": "caution"}
