"""The messages about reviews: words in both languages, a text filed with the vendor, no figure."""

import pytest

from accounts.texts import render
from simulators.sms_templates import TEMPLATES
from simulators.sms_templates import render as filed

NO = "RG-20261123-7K3M9Q"
SENT = [
    ("review_received", {"no": NO, "day": "2026-11-25"}),
    ("review_more_wanted", {"no": NO, "day": "2026-11-30"}),
    ("review_decided", {"no": NO, "approved": True, "day": ""}),
    ("review_decided", {"no": NO, "approved": False, "day": "2026-12-14"}),
    ("review_decided", {"no": NO, "approved": False, "day": ""}),
    ("review_report_joined", {"no": NO}),
    ("review_overdue", {"no": NO, "day": "2026-11-25"}),
    ("review_lapsed", {"no": NO}),
    ("review_withdrawn", {"no": NO}),
]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize(("kind", "context"), SENT)
def test_a_message_can_be_sent_on_every_channel(
    kind: str, context: dict[str, object], language: str
) -> None:
    text = render(f"reviews.{kind}", context, language)
    assert NO in text.subject
    assert len(text.body) > 20
    assert text.sms_template in TEMPLATES
    assert NO in filed(text.sms_template, dict(text.sms_values))


def test_a_refusal_says_until_when_one_can_object() -> None:
    refused = {"no": NO, "approved": False, "day": "2026-12-14"}
    text = render("reviews.review_decided", refused, "en")
    assert "2026-12-14" in text.body
    assert text.sms_values == {"no": NO, "day": "2026-12-14"}
