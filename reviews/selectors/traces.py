"""Which officers have had to do with a borrower's reviews."""

from django.db.models import Q

from accounts.models import User
from reviews.models import Document, ReviewStep, ReviewTask


def handled(officer: User, borrower: User) -> bool:
    """Whether this officer held, decided on or added to a review of this borrower
    (accounts/conflicts.py)."""
    parts = Q(held_by=officer) | Q(maker=officer) | Q(checker=officer) | Q(second_checker=officer)
    return (
        ReviewTask.objects.filter(parts, person=borrower).exists()
        or ReviewStep.objects.filter(by=officer, task__person=borrower).exists()
        or Document.objects.filter(uploaded_by=officer, task__person=borrower).exists()
    )
