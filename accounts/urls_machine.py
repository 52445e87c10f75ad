"""Addresses that machines call: no language in front, no session."""

from django.urls import path

from accounts.views import receipts

urlpatterns = [
    path("receipts/aliyun/<str:token>/", receipts.aliyun, name="receipts-aliyun"),
]
