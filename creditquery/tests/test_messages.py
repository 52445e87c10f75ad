"""The messages of this app: words in both languages, a text filed with the operator."""

import pytest

from accounts.texts import render
from simulators.sms_templates import TEMPLATES

KINDS = {
    "creditquery.report_ready": {"no": "AB12"},
    "creditquery.query_delayed": {"no": "AB12"},
    "creditquery.query_refused": {"no": "AB12"},
    "creditquery.query_needs_person": {"no": "AB12"},
    "creditquery.query_expired": {"no": "AB12"},
    "creditquery.invitation": {"name": "王*二"},
}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_message_can_be_sent_on_every_channel(kind: str, language: str) -> None:
    text = render(kind, KINDS[kind], language)
    assert text.subject
    assert next(iter(KINDS[kind].values())) in text.body
    assert text.sms_values == KINDS[kind]
    assert text.sms_template in TEMPLATES
