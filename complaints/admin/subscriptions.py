"""Subscriptions in the admin: that there are some, never whose."""

from django.contrib import admin

from complaints.models import Subscription
from creditquery.admin.queries import Sealed


@admin.register(Subscription)
class SubscriptionAdmin(Sealed):
    sealed = ("address",)
    list_display = ["id", "channel", "language", "confirmed_at"]
    list_filter = ["channel", "language"]
    exclude = ["address"]
