"""Addresses of manual reviews: the borrower's beside the query, the officers' at the desk."""

from django.urls import path

from reviews.views import branches, documents, drafts

app_name = "reviews"

_review = "queries/<request_no:request_no>/review/"
_document = f"{_review}documents/<int:pk>/"
urlpatterns = [
    path(_review, drafts.review, name="review"),
    path(f"{_review}add/<slug:kind>/", drafts.add, name="add"),
    path(f"{_review}send/", drafts.send, name="send"),
    path(f"{_review}answer/", drafts.answer, name="answer"),
    path(f"{_review}withdraw/", drafts.withdraw, name="withdraw"),
    path(f"{_review}object/", drafts.object_to, name="object"),
    path(_document, documents.show, name="document"),
    path(f"{_document}unlock/", documents.unlock, name="document-unlock"),
    path(f"{_document}remove/", documents.remove, name="document-remove"),
    path(f"{_document}pages/<int:number>/", documents.page, name="document-page"),
    path(f"{_document}copy/", documents.copy, name="document-copy"),
    path("branches/", branches.index, name="branches"),
]
