"""The main job by a program without a browser: every form is a plain POST with its token."""

import pikepdf
import pytest

from portal.tests.browser.borrower import Borrower
from portal.tests.browser.journey import PASSWORD, pages_of
from portal.tests.browser.people import new_person


def test_a_program_gets_the_encrypted_report(portal):
    borrower = Borrower(portal, new_person())
    borrower.log_in()
    borrower.prove_name()
    borrower.enter_loan("DK-2026-0001")
    request_no = borrower.agree()
    report = borrower.wait_for_report(request_no)
    assert borrower.person.name in report.text
    pdf = borrower.take_pdf(request_no, PASSWORD)
    assert pages_of(pdf, PASSWORD) > 5
    with pytest.raises(pikepdf.PasswordError):
        pages_of(pdf, "another horse 42")
    assert len(portal.inquiries(request_no)) == 1


def test_a_report_belongs_to_one_borrower(portal):
    owner, stranger = Borrower(portal, new_person()), Borrower(portal, new_person("李四"))
    for borrower in (owner, stranger):
        borrower.log_in()
        borrower.prove_name()
    owner.enter_loan("DK-2026-0002")
    request_no = owner.agree()
    owner.wait_for_report(request_no)
    for page in ("", "progress.json", "report/", "report.pdf", "file.json", "sign/", "withdraw/"):
        assert stranger.get(f"/queries/{request_no}/{page}").status == 404
