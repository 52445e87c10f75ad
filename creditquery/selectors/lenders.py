"""Reading who works at which lender."""

from django.db.models import QuerySet

from accounts.models import User
from creditquery.models import Institution, Membership


def institution_of(user: User) -> Institution | None:
    """The lender that this person works for now; None when it has ended, or the lender has."""
    membership = membership_of(user)
    return membership.institution if membership else None


def membership_of(user: User) -> Membership | None:
    current = Membership.objects.filter(user=user, ended_at=None, institution__active=True)
    return current.select_related("institution").first()


def users(institution: Institution) -> QuerySet[Membership]:
    """Everybody who works or worked there; those who still do come first."""
    rows = institution.memberships.select_related("user").defer("user__phone", "user__name")
    return rows.order_by("-user__is_active", "ended_at", "user__username")


def institutions() -> QuerySet[Institution]:
    return Institution.objects.select_related("contact").order_by("-active", "name")
