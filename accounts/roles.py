"""Who may do what: roles are code, so that no table can drift and every right is in review.

An app declares what its roles may do on its AppConfig, the rest is denied:

    role_permissions = {Role.LOAN_OFFICER: {"creditquery.decide_reviewtask"}}

An auditor reads everything (every `view_` permission of the house) and writes nothing.
"""

from functools import cache

from django.apps import apps
from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    BORROWER = "borrower", _("borrower")
    LOAN_OFFICER = "loan_officer", _("loan officer")
    RISK_OFFICER = "risk_officer", _("risk officer")
    COMPLIANCE_OFFICER = "compliance_officer", _("compliance officer")
    ADMINISTRATOR = "administrator", _("administrator")
    AUDITOR = "auditor", _("auditor")
    LENDER_USER = "lender_user", _("lender user")


STAFF = frozenset(Role) - {Role.BORROWER}
READS_ALL = frozenset({Role.ADMINISTRATOR, Role.AUDITOR})
FRAMEWORK = frozenset(
    {"admin", "auth", "contenttypes", "sessions", "django_otp", "django_otp_webauthn", "axes"}
)
"""Django's own tables: secrets and plumbing that nobody reads through a permission."""


@cache
def permissions(role: str) -> frozenset[str]:
    """The permissions of a role, as "app.action_model"; empty for a borrower or a made-up role."""
    if role not in STAFF:
        return frozenset()
    granted: set[str] = set()
    for config in apps.get_app_configs():
        granted |= getattr(config, "role_permissions", {}).get(role, set())
        if role in READS_ALL and config.label not in FRAMEWORK:
            granted |= {
                f"{config.label}.view_{model._meta.model_name}" for model in config.get_models()
            }
    return frozenset(granted)
