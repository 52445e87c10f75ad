"""Addresses of queries, reports and invitations, and of the page that shows how it all runs."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from creditquery.views import guarantees, lenders, operations, queries, reports, shares

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
    path(f"{_query}share/", shares.share, name="share"),
    path(f"{_query}share/<int:pk>/revoke/", shares.revoke, name="share-revoke"),
    path("lender/link/<str:token>/", shares.opening, name="share-open"),
    path("lender/reports/<int:pk>/", shares.reading, name="share-read"),
    path("lender/users/", lenders.users, name="lender-users"),
    path("lender/users/<int:pk>/end/", lenders.end_user, name="lender-user-end"),
    path("staff/lenders/", lenders.institutions, name="lender-institutions"),
    path("staff/lenders/<str:code>/", lenders.institution_users, name="lender-institution"),
    path(
        "staff/lenders/<str:code>/<int:pk>/end/",
        lenders.end_institution_user,
        name="lender-institution-user-end",
    ),
    path("operations/", operations.index, name="operations"),
    path("operations/live.json", operations.live, name="operations-live"),
    path("operations/force/<str:route>/<str:state>/", operations.force, name="force"),
    path("operations/forced/<int:pk>/release/", operations.release, name="release"),
    path("operations/maintenance/", operations.plan, name="plan-maintenance"),
    path("operations/maintenance/<int:pk>/cancel/", operations.cancel, name="cancel-maintenance"),
]
