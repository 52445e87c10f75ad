"""Reading who works at which lender."""

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Count, F, Q, QuerySet

from accounts.models import User
from creditquery.models import Institution, Membership


def institution_of(user: User) -> Institution | None:
    """The lender that this person works for now; None when it has ended, or the lender has."""
    membership = membership_of(user)
    return membership.institution if membership else None


def membership_of(user: User) -> Membership | None:
    current = Membership.objects.filter(user=user, ended_at=None, institution__active=True)
    return current.select_related("institution").first()


def manages(user: User, institution: Institution) -> bool:
    """Whether this person may invite and remove users of the lender."""
    if user.has_perm("accounts.invite_staff"):
        return True
    membership = membership_of(user)
    return (
        membership is not None and membership.leads and membership.institution_id == institution.pk
    )


def users(institution: Institution) -> QuerySet[Membership]:
    """Everybody who works or worked there; those who still do come first."""
    rows = institution.memberships.select_related("user")
    return rows.order_by(F("ended_at").desc(nulls_first=True), "user__username")


def can_read(institution: Institution) -> bool:
    """Whether anybody at the lender can log in here."""
    current = institution.memberships.filter(ended_at=None, user__is_active=True)
    return (
        institution.active
        and current.exclude(user__password__startswith=UNUSABLE_PASSWORD_PREFIX).exists()
    )


def institutions() -> QuerySet[Institution]:
    """All lenders with the number of those who work there now, `people`."""
    rows = Institution.objects.select_related("contact").order_by("-active", "name")
    return rows.annotate(people=Count("memberships", filter=Q(memberships__ended_at=None)))
