from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CreditqueryConfig(AppConfig):
    name = "creditquery"
    verbose_name = _("Credit queries")
