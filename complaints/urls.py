"""Addresses of what follows when it is our fault; each noun has its own part."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from complaints.views import (
    caller,
    cases,
    compensation,
    compensation_desk,
    dashboard,
    desk,
    desk_cases,
    desk_letters,
    extension_desks,
    extensions,
    fund,
    guide,
    incidents,
    lender_letters,
    lenders,
    letters,
    payouts,
    status,
    subscriptions,
    verify,
)

app_name = "complaints"


class EventNumber(StringConverter):
    """Of an incident or a maintenance: IN-20261122-001."""

    regex = "[A-Z]{2}-[0-9-]{1,17}"


class LetterSerial(StringConverter):
    """Of a letter (complaints/letter/serials.py)."""

    regex = "[0-9A-HJKMNP-TV-Z]{20}"


register_converter(EventNumber, "event_number")
register_converter(LetterSerial, "letter_serial")

_status = [
    path("status/", status.status, name="status"),
    path("status.json", status.status, name="status-json"),
    path("status.atom", status.status, name="status-atom"),
    path("status.rss", status.status, name="status-rss"),
    path("status/<event_number:number>/", status.status, name="status-event"),
    path("status/subscribe/", subscriptions.subscribe, name="subscribe"),
    path("status/subscribe/code/", subscriptions.code, name="subscribe-code"),
    path("status/subscribe/code/again/", subscriptions.again, name="subscribe-again"),
    path("status/subscribe/ended/", subscriptions.ended, name="subscribe-ended"),
    path(
        "status/subscriptions/<uuid:pk>/<str:word>/",
        subscriptions.subscription,
        name="subscription",
    ),
]
_lenders = [
    path("queries/<request_no:request_no>/tell-lender/", lenders.tell, name="tell-lender"),
    path("lender/", lenders.home, name="lender"),
    path("lender/loans/", lenders.loans, name="lender-loans"),
    path("lender/loans/<int:pk>/", lenders.loan, name="lender-loan"),
    path("lender/notices/", lenders.notices, name="lender-notices"),
    path("lender/notices/<int:pk>/", lenders.notice, name="lender-notice"),
    path("lender/letters/", lender_letters.index, name="lender-letters"),
    path("lender/letters/<str:serial>/", lender_letters.letter, name="lender-letter"),
    path("lender/letters/<str:serial>.pdf", lender_letters.pdf, name="lender-letter-pdf"),
]
_own = "compensation/<str:number>/"
_compensation = [
    path("compensation/", compensation.index, name="compensation-list"),
    path(_own, compensation.show, name="compensation"),
    path(f"{_own}accept/", compensation.accept, name="compensation-accept"),
    path(f"{_own}decline/", compensation.decline, name="compensation-decline"),
    path(f"{_own}voucher.pdf", compensation.voucher, name="compensation-voucher"),
]
_desk, _payout = "desk/compensation/", "desk/compensation/payouts/<int:pk>/"
_money = [
    path(_desk, compensation_desk.index, name="desk-compensation"),
    path(f"{_desk}rules/", compensation_desk.rules, name="desk-compensation-rules"),
    path(f"{_desk}rules/new/", compensation_desk.propose_rule, name="desk-compensation-rule"),
    path(f"{_desk}rules/<int:pk>/", compensation_desk.decide_rule, name="desk-rule-decide"),
    path(f"{_desk}propose/<str:number>/", compensation_desk.propose, name="desk-batch-propose"),
    path(f"{_desk}batches/<int:pk>/", compensation_desk.decide, name="desk-batch-decide"),
    path(f"{_desk}reverse/<str:number>/", compensation_desk.reverse, name="desk-reverse"),
    path(f"{_desk}payouts/new/", payouts.propose, name="desk-payout"),
    path(_payout, payouts.decide, name="desk-payout-decide"),
    path(f"{_payout}file.csv", payouts.download, name="desk-payout-file"),
    path(f"{_payout}results/", payouts.enter, name="desk-payout-results"),
    path(f"{_desk}results/<int:pk>/", payouts.confirm, name="desk-results-confirm"),
    path("desk/fund/", fund.index, name="desk-fund"),
    path("desk/fund/change/", fund.propose, name="desk-fund-propose"),
    path("desk/fund/changes/<int:pk>/", fund.decide, name="desk-fund-decide"),
]
_complaint, _case = "complaints/<str:number>/", "desk/complaints/<str:number>/"
_complaints = [
    path("complaints/", cases.index, name="complaints"),
    path("complaints/new/", cases.new, name="complaint-new"),
    path("complaints/new/check/", cases.check, name="complaint-check"),
    path(_complaint, cases.show, name="complaint"),
    path(f"{_complaint}answer/", cases.answer, name="complaint-answer"),
    path(f"{_complaint}withdraw/", cases.withdraw, name="complaint-withdraw"),
    path(f"{_complaint}review/", cases.review, name="complaint-review"),
    path(f"{_complaint}summary/", cases.summary, name="complaint-summary"),
    path(f"{_complaint}regulator/", cases.escalate, name="complaint-escalate"),
    path("desk/complaints/", desk_cases.index, name="desk-complaints"),
    path(_case, desk_cases.show, name="desk-complaint"),
    path(f"{_case}phrase/", caller.show, name="desk-complaint-phrase"),
    path(f"{_case}<slug:act>/", desk_cases.do, name="desk-complaint-act"),
]
_papers = "guide/<event_number:number>/papers/"
_guide = [
    path("guide/", guide.own, name="guide-own"),
    path(_papers, guide.papers, name="guide-own-papers"),
    path("queries/<request_no:request_no>/guide/", guide.of_query, name="guide"),
    path(f"queries/<request_no:request_no>/{_papers}", guide.papers, name="guide-papers"),
    path("desk/", desk.index, name="desk"),
    path("desk/dashboard/", dashboard.show, name="dashboard"),
    path("desk/dashboard.csv", dashboard.table, name="dashboard-csv"),
]
_extensions = [
    path("extensions/ask/<request_no:request_no>/", extensions.ask, name="extension-ask"),
    path("extensions/", extensions.index, name="extensions"),
    path("extensions/<int:pk>/", extensions.show, name="extension"),
    path("extensions/<int:pk>/withdraw/", extensions.withdraw, name="extension-withdraw"),
    path("extensions/<int:pk>/letter/", extensions.letter, name="extension-letter"),
    path("lender/extensions/", extension_desks.index, name="lender-extensions"),
    path("lender/extensions/<int:pk>/", extension_desks.decide, name="lender-extension"),
    path(
        "lender/extensions/accept/<event_number:number>/",
        extension_desks.accept_all,
        name="lender-extensions-accept",
    ),
    path("desk/extensions/", extension_desks.desk, name="desk-extensions"),
    path("desk/extensions/ask/", extension_desks.ask, name="desk-extension-ask"),
]
_incident = "desk/incidents/<event_number:number>/"
_incidents = [
    path("desk/incidents/", incidents.index, name="desk-incidents"),
    path("desk/incidents/open/", incidents.open_by_hand, name="incident-open"),
    path(_incident, incidents.show, name="desk-incident"),
    path(f"{_incident}say/", incidents.say, name="incident-say"),
    path(f"{_incident}times/", incidents.times, name="incident-times"),
    path(f"{_incident}cause/", incidents.cause, name="incident-cause"),
    path(f"{_incident}reports/<int:pk>/", incidents.reported, name="incident-reported"),
    path(f"{_incident}postmortem/", incidents.write_postmortem, name="incident-postmortem"),
    path(
        f"{_incident}postmortem/<int:version>/publish/", incidents.publish, name="incident-publish"
    ),
    path(f"{_incident}liability/", incidents.liability, name="incident-liability"),
]
_letter, _desk_letter = "letters/<letter_serial:serial>", "desk/letters/<letter_serial:serial>/"
_letters = [
    path("letters/", letters.index, name="letters"),
    path("letters/ask/<int:pk>/", letters.ask, name="letter-ask"),
    path(f"{_letter}/", letters.show, name="letter"),
    path(f"{_letter}.pdf", letters.pdf, name="letter-pdf"),
    path(f"{_letter}/file.json", letters.file_json, name="letter-file-json"),
    path("verify/", verify.ask, name="verify"),
    path("verify/<str:serial>/", verify.letter, name="verify-letter"),
    path("desk/letters/", desk_letters.index, name="desk-letters"),
    path("desk/letters/revocations/<int:pk>/", desk_letters.decide, name="desk-revocation"),
    path(_desk_letter, desk_letters.show, name="desk-letter"),
    path(f"{_desk_letter}revoke/", desk_letters.revoke, name="desk-letter-revoke"),
]
urlpatterns = [
    *_letters,
    *_incidents,
    *_extensions,
    *_compensation,
    *_complaints,
    *_lenders,
    *_money,
    *_status,
    *_guide,
]
