from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from accounts.roles import Role


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("Accounts")
    role_permissions = {
        Role.ADMINISTRATOR: {
            "accounts.use_admin",
            "accounts.invite_staff",
            "accounts.issue_ticket",
        },
        Role.AUDITOR: {"accounts.use_admin"},
        Role.LOAN_OFFICER: {"accounts.issue_ticket"},
        Role.COMPLIANCE_OFFICER: {"accounts.issue_ticket"},
    }
