"""Addresses of manual reviews: the borrower's beside the query, the officers' at the desk."""

from django.urls import URLPattern

app_name = "reviews"

urlpatterns: list[URLPattern] = []
