"""Who is a borrower's own officer: has had to do with this borrower's affairs.

An app says it on its AppConfig, by the dotted name of a function (officer, borrower) -> bool, for
this app imports nothing from its right:

    officer_traces = "reviews.selectors.traces.handled"
"""

from typing import Any

from django.apps import apps
from django.utils.module_loading import import_string


def is_own_officer(officer: Any, borrower: Any) -> bool:
    """Whether any app has a trace of this officer at this borrower; oneself always."""
    if officer.pk == borrower.pk:
        return True
    named = (getattr(config, "officer_traces", "") for config in apps.get_app_configs())
    return any(import_string(name)(officer, borrower) for name in named if name)
