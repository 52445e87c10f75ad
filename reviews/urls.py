"""Addresses of manual reviews: the borrower's beside the query, the officers' at the desk."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from reviews.views import borrower, branches, caller, case, desk, documents, viewer, workload

app_name = "reviews"


class ReviewNumber(StringConverter):
    """RG-20261225-7K3M9Q."""

    regex = "RG-[0-9]{8}-[0-9A-Z]{6}"


register_converter(ReviewNumber, "review_number")

_review = "queries/<request_no:request_no>/review/"
_document = f"{_review}documents/<int:pk>/"
_desk = "desk/reviews/"
_case = f"{_desk}<review_number:number>/"
_paper = f"{_case}documents/<int:pk>/"
urlpatterns = [
    path(_review, borrower.review, name="review"),
    path(f"{_review}add/<slug:kind>/", borrower.add, name="add"),
    path(f"{_review}send/", borrower.send, name="send"),
    path(f"{_review}answer/", borrower.answer, name="answer"),
    path(f"{_review}withdraw/", borrower.withdraw, name="withdraw"),
    path(f"{_review}object/", borrower.object_to, name="object"),
    path(_document, documents.show, name="document"),
    path(f"{_document}unlock/", documents.unlock, name="document-unlock"),
    path(f"{_document}remove/", documents.remove, name="document-remove"),
    path(f"{_document}pages/<int:number>/", documents.page, name="document-page"),
    path(f"{_document}copy/", documents.copy, name="document-copy"),
    path("branches/", branches.index, name="branches"),
    path(_desk, desk.index, name="desk"),
    path(f"{_desk}next/", desk.next_case, name="next"),
    path(f"{_desk}workload/", workload.show, name="workload"),
    path(f"{_desk}workload.csv", workload.table, name="workload-csv"),
    path(f"{_desk}keys/", desk.keys, name="keys"),
    path(_case, case.show, name="case"),
    path(f"{_case}phrase/", caller.show, name="phrase"),
    path(f"{_case}claim/", case.claim, name="claim"),
    path(f"{_case}add/", case.add, name="desk-add"),
    path(_paper, viewer.show, name="desk-document"),
    path(f"{_paper}pages/<int:place>/", viewer.page, name="desk-page"),
    path(f"{_paper}copy/", viewer.copy, name="desk-copy"),
    path(f"{_case}<slug:act>/", case.do, name="act"),
]
