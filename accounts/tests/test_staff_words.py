"""Every message with a code says first, in its reader's language, that staff never ask for it."""

import re
from pathlib import Path

import pytest
from django.template import Engine

from accounts import texts
from accounts.states import Purpose
from simulators import sms_templates

CODE = "012345"
NEVER = {"zh-hans": "工作人员绝不会索要验证码", "en": "Our staff never ask for your code"}
FOLDERS = [Path(each) for each in Engine.get_default().dirs]


def code_messages():
    """Whatever is sent with a code in it: one for each purpose, and any that was forgotten here."""
    found = {f"accounts.{purpose}" for purpose in Purpose}
    for folder in FOLDERS:
        for path in folder.glob("*/messages/[!_]*.txt"):
            source = path.read_text("utf-8")
            if "messages/_code.txt" in source or re.search(r"\{\{\s*code\s*\}\}", source):
                found.add(f"{path.parts[-3]}.{path.stem}")
    return sorted(found)


def first_sentence(text):
    return re.split(r"[。.!！\n]", text.strip(), maxsplit=1)[0]


@pytest.mark.parametrize("language", sorted(NEVER))
@pytest.mark.parametrize("kind", code_messages())
def test_the_email_begins_with_it(kind, language):
    text = texts.render(kind, {"code": CODE}, language)
    assert CODE in text.body and NEVER[language] in first_sentence(text.body)
    assert CODE not in text.subject


@pytest.mark.parametrize("language", sorted(NEVER))
@pytest.mark.parametrize("kind", code_messages())
def test_the_text_message_is_a_filed_code_text(kind, language):
    """Not one of the notices, which may begin as they like."""
    text = texts.render(kind, {"code": CODE}, language)
    assert text.sms_template in sms_templates.CODES
    assert text.tts_template in sms_templates.VOICES
    assert text.sms_values == {"code": CODE}


# Both vendors file the same texts, Tencent under numbers; a call reads them out.
FILED = {**sms_templates.CODES, **sms_templates.VOICES}


@pytest.mark.parametrize("name", sorted(FILED))
def test_every_filed_text_with_a_code_begins_with_it(name):
    language = "en" if "_EN_" in name else "zh-hans"
    text = FILED[name]
    assert NEVER[language] == first_sentence(text)
    assert text.index(NEVER[language]) < text.index("code")


def test_no_notice_carries_a_code():
    assert not [name for name, text in sms_templates.NOTICES.items() if "${code}" in text]


def test_both_languages_have_the_same_texts():
    english = {name.replace("_EN_", "_") for name in sms_templates.CODES if "_EN_" in name}
    assert english == {name for name in sms_templates.CODES if "_EN_" not in name}
