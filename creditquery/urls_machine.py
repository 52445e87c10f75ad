"""Addresses that machines call: no language in front, no session."""

from django.urls import path

from creditquery.views import callbacks

urlpatterns = [
    path("callbacks/<slug:channel>/<str:token>/", callbacks.callback, name="callbacks"),
]
