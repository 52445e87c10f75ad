"""Every page that follows from an outage: its borrower's, its officers', and what strangers see."""

import pytest

from portal.tests.browser.matrix import matrix
from portal.tests.browser.places import COMPLAINT, EXTENSION, FRESH, LETTER

BORROWERS = [
    (LETTER, "/queries/{query}/guide/"),
    (LETTER, "/queries/{query}/guide/{incident}/papers/"),
    (FRESH, "/guide/"),
    (LETTER, "/letters/"),
    (LETTER, "/letters/{letter}/"),
    (EXTENSION, "/queries/{query}/tell-lender/"),
    (EXTENSION, "/extensions/"),
    (EXTENSION, "/extensions/{extension}/"),
    (LETTER, "/compensation/"),
    (LETTER, "/compensation/{compensation}/"),
    (LETTER, "/compensation/{compensation}/decline/"),
    (FRESH, "/complaints/"),
    (LETTER, "/complaints/new/"),
    (COMPLAINT, "/complaints/"),
    (COMPLAINT, "/complaints/{complaint}/"),
    (COMPLAINT, "/complaints/{complaint}/answer/"),
    (COMPLAINT, "/complaints/{complaint}/withdraw/"),
    (COMPLAINT, "/complaints/{complaint}/summary/"),
]
RISK, COMPLIANCE, INCIDENT = "risk_officer", "compliance_officer", "/desk/incidents/{incident}/"
OFFICERS = [
    ("auditor", "/desk/"),
    ("loan_officer", "/desk/"),
    (COMPLIANCE, "/desk/incidents/"),
    (COMPLIANCE, INCIDENT),
    (RISK, INCIDENT + "say/"),
    (RISK, INCIDENT + "times/"),
    (RISK, INCIDENT + "cause/"),
    (RISK, INCIDENT + "postmortem/"),
    (COMPLIANCE, INCIDENT + "liability/"),
    (COMPLIANCE, "/desk/complaints/"),
    (COMPLIANCE, "/desk/complaints/{complaint}/"),
    (COMPLIANCE, "/desk/complaints/{complaint}/refuse/"),
    (COMPLIANCE, "/desk/complaints/{complaint}/assign/"),
    ("loan_officer", "/desk/complaints/{complaint}/note/"),
    (COMPLIANCE, "/desk/compensation/"),
    (COMPLIANCE, "/desk/compensation/batches/1/"),
    (COMPLIANCE, "/desk/compensation/rules/"),
    (RISK, "/desk/compensation/rules/new/"),
    (COMPLIANCE, "/desk/fund/"),
    (RISK, "/desk/fund/change/"),
    (COMPLIANCE, "/desk/letters/"),
    (COMPLIANCE, "/desk/letters/{letter}/"),
    (RISK, "/desk/letters/{letter}/revoke/"),
    (COMPLIANCE, "/desk/extensions/"),
    (COMPLIANCE, "/desk/extensions/ask/"),
    ("auditor", "/desk/dashboard/"),
]
STRANGERS = ["/status/{incident}/", "/status/subscribe/ended/", "/verify/{letter}/"]
TO_THE_PUBLIC = {INCIDENT, INCIDENT + "say/"}
"""Desk pages that quote what was said to borrowers."""


@pytest.mark.parametrize(("page", "language", "theme", "width"), matrix(BORROWERS))
def test_a_borrowers_page_is_sound(visit, known, page, language, theme, width):
    phone, path = page
    cookies, numbers = known(phone)
    visitor = visit(language=language, theme=theme, width=width, state=cookies)
    visitor.open(path.format(**numbers))
    assert visitor.page.url.endswith(path.format(**numbers))
    visitor.assert_sound()
    if language == "zh":
        visitor.assert_chinese()


@pytest.mark.parametrize(
    ("page", "language", "theme", "width"), matrix(OFFICERS, widths=(390, 1280))
)
def test_an_officers_page_is_sound_and_says_you_to_nobody(
    visit, known, officer, page, language, theme, width
):
    role, path = page
    visitor = visit(language=language, theme=theme, width=width, state=officer(role))
    visitor.open(path.format(**known(COMPLAINT)[1]))
    visitor.assert_sound()
    if language == "zh":
        visitor.assert_chinese()
        assert path in TO_THE_PUBLIC or "您" not in visitor.page.inner_text("body")


@pytest.mark.parametrize(("path", "language", "theme", "width"), matrix(STRANGERS))
def test_what_strangers_see_is_sound(visit, known, path, language, theme, width):
    visitor = visit(language=language, theme=theme, width=width)
    visitor.open(path.format(**known(LETTER)[1]))
    visitor.assert_sound()
    if language == "zh":
        visitor.assert_chinese()
