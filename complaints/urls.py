"""Addresses of what follows when it is our fault; each noun has its own part."""

from django.urls import URLPattern

app_name = "complaints"
urlpatterns: list[URLPattern] = []
