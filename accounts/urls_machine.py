"""Addresses that machines call: no language in front, no session."""

from django.urls import path

from accounts.views import receipts

urlpatterns = [
    path(
        f"receipts/{vendor}/<str:token>/",
        receipts.receive,
        {"vendor": vendor},
        name=f"receipts-{vendor}",
    )
    for vendor in receipts.FORMS
]
