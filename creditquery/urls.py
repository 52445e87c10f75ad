"""Addresses of queries, reports and invitations."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from creditquery.views import guarantees, queries, reports

app_name = "creditquery"


class RequestNumber(StringConverter):
    regex = "[0-9A-Z]{24}"


register_converter(RequestNumber, "request_no")

_query = "queries/<request_no:request_no>/"
urlpatterns = [
    path("queries/", queries.index, name="list"),
    path("queries/loan/", queries.loan, name="loan"),
    path("queries/new/", queries.new, name="new"),
    path("queries/guarantee/<str:token>/", guarantees.guarantee, name="guarantee"),
    path("queries/guarantee/<str:token>/decline/", guarantees.decline, name="decline"),
    path(_query, queries.progress, name="progress"),
    path(f"{_query}progress.json", queries.progress_json, name="progress-json"),
    path(f"{_query}sign/", queries.sign, name="sign"),
    path(f"{_query}cancel/", queries.cancel, name="cancel"),
    path(f"{_query}withdraw/", queries.withdraw, name="withdraw"),
    path(f"{_query}report/", reports.report, name="report"),
    path(f"{_query}report.pdf", reports.pdf, name="pdf"),
    path(f"{_query}file.json", reports.file_json, name="file-json"),
]
