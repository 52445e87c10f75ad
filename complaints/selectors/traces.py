"""Which officers have had to do with a borrower's complaints."""

from accounts.models import User
from complaints.models import Complaint, ComplaintMessage


def handled(officer: User, borrower: User) -> bool:
    """Whether this officer has handled or answered a complaint of this borrower
    (accounts/conflicts.py)."""
    return (
        Complaint.objects.filter(person=borrower, handler=officer).exists()
        or ComplaintMessage.objects.filter(author=officer, complaint__person=borrower).exists()
    )
