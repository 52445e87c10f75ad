"""Reading passkeys, which are rows of django-otp-webauthn."""

from django.conf import settings
from django.db.models import F, QuerySet
from django_otp_webauthn.models import WebAuthnCredential

from accounts.models import User


def passkeys(user: User) -> QuerySet[WebAuthnCredential]:
    """The one used last comes first."""
    found: QuerySet[WebAuthnCredential] = WebAuthnCredential.objects.filter(
        user=user, confirmed=True
    )
    return found.order_by(F("last_used_at").desc(nulls_last=True), "pk")


def lacks_passkey(user: User) -> bool:
    """Whether somebody of the staff must add a passkey before anything else."""
    return settings.STAFF_PASSKEY_REQUIRED and user.is_staff and not passkeys(user).exists()
