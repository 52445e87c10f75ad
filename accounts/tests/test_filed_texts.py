"""Every message that goes to a phone is filed with both vendors, by name and by place."""

import re
from pathlib import Path

import pytest

from accounts import texts
from accounts.states import Purpose
from simulators.sms_templates import TEMPLATES, VOICES, places

ROOT = Path(__file__).resolve().parents[2]
MESSAGES = sorted((ROOT / "templates").glob("*/messages/*.txt"))
PREFIXES = {"zh-hans": "SMS_", "en": "SMS_EN_"}


def lines():
    """(name filed, names of the values in our order), for each text message of each kind."""
    for path in MESSAGES:
        for line in re.findall(r"Sms: (.+)", path.read_text()):
            for part in filter(str.strip, re.split(r"\{%.*?%\}", line)):
                name, values = part.split()[0], re.findall(r"(\w+)=\"", part)
                yield pytest.param(name, values, id=f"{path.parents[1].name}.{path.stem} {name}")


@pytest.mark.parametrize("language", PREFIXES)
@pytest.mark.parametrize(("name", "values"), list(lines()))
def test_the_order_of_our_message_is_that_of_the_text_filed(name, values, language):
    filed = PREFIXES[language] + name
    assert filed in TEMPLATES
    assert places(filed) == values


@pytest.mark.parametrize("language", PREFIXES)
@pytest.mark.parametrize("purpose", Purpose)
def test_a_code_of_every_purpose_can_be_written_and_read_out(purpose, language):
    text = texts.render(f"accounts.{purpose}", {"code": "012345"}, language)
    assert text.sms_template in TEMPLATES and text.sms_values == {"code": "012345"}
    assert text.tts_template in VOICES
