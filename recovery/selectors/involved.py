"""Who has no part in a recovery: whoever handled something of this borrower before."""

from itertools import chain

from accounts.conflicts import is_own_officer
from accounts.models import Ticket, User
from complaints.models import Complaint, ComplaintMessage, Decision
from recovery.models import RecoveryTicket
from reviews.models import ReviewStep, ReviewTask

DECIDES = "recovery.decide_recovery"


def officers(owner: User) -> frozenset[int]:
    """The borrower's own officers, by what they did with reviews, complaints and logins."""
    reviews = ReviewTask.objects.filter(person=owner)
    complaints = Complaint.objects.filter(person=owner)
    found = chain(
        chain.from_iterable(reviews.values_list("maker", "checker", "second_checker", "held_by")),
        ReviewStep.objects.filter(task__person=owner).values_list("by", flat=True),
        chain.from_iterable(complaints.values_list("handler", "about_officer")),
        ComplaintMessage.objects.filter(complaint__person=owner).values_list("author", flat=True),
        chain.from_iterable(
            Decision.objects.filter(complaint__person=owner).values_list(
                "proposed_by", "decided_by"
            )
        ),
        Ticket.objects.filter(account_hash=owner.phone_hash or "").values_list(
            "issued_by", flat=True
        ),
    )
    return frozenset(pk for pk in found if pk is not None and pk != owner.pk)


def why_not(officer: User, ticket: RecoveryTicket) -> str:
    """The entry of the catalogue that says why this officer has no part in it; "" for none."""
    if not officer.has_perm(DECIDES):
        return "recovery-not-yours"
    owner = ticket.account
    if owner is None:
        return ""
    own = is_own_officer(officer, owner) or officer.pk in officers(owner)
    return "recovery-own-officer" if own else ""
