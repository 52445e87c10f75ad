"""The main job, end to end: a person whom the portal has never seen ends with a PDF in hand."""

import pikepdf
import pytest

from portal.tests.browser import journey
from portal.tests.browser.people import new_person


@pytest.mark.parametrize(
    ("language", "theme", "width", "javascript"),
    [
        ("zh", "light", 390, True),
        ("zh", "light", 390, False),
        ("en", "dark", 1280, True),
    ],
)
def test_a_stranger_gets_the_encrypted_report(portal, visit, language, theme, width, javascript):
    person = new_person()
    visitor = visit(language=language, theme=theme, width=width, javascript=javascript)

    visitor.open("/").click("main .actions .btn")
    journey.log_in(portal, visitor, person.phone)
    visitor.assert_sound()

    visitor.page.click('a[href$="/queries/new/"]')
    visitor.assert_sound()
    journey.prove_name(visitor, person)
    visitor.assert_sound()
    journey.enter_loan(visitor, f"DK-{person.phone[-6:]}")
    visitor.assert_sound()
    request_no = journey.agree(visitor)
    journey.wait_for_report(visitor, request_no)
    visitor.assert_sound()
    assert person.name in visitor.page.inner_text("article")

    journey.order_pdf(visitor)
    visitor.assert_sound()
    pdf = journey.download_pdf(visitor)
    assert journey.pages_of(pdf, journey.PASSWORD) > 5
    for wrong in ("", "wrong horse 42", person.phone, person.id_number[-6:]):
        with pytest.raises(pikepdf.PasswordError):
            journey.pages_of(pdf, wrong)
    assert len(portal.inquiries(request_no)) == 1
