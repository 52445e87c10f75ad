"""Both languages are complete, and the Chinese keeps to its style."""

import re
import string

import polib
import pytest
from django.conf import settings

from simulators.sms_templates import TEMPLATES

PO = settings.LOCALE_PATHS[0] / "zh_Hans" / "LC_MESSAGES" / "django.po"
CATALOGUE = polib.pofile(str(PO))
NAMED = re.compile(r"%\(\w+\)[sd]|%[sd]|%%")
# 您, never 你; the common misspellings; one word for the code; no shouting.
UNWANTED = ("你", "登陆", "其它", "一次性代码", "！", "请勿")
# A browser sets the gap between 汉字 and letters, digits or values by itself (text-autospace).
TYPED_GAP = re.compile(r"[\u4e00-\u9fff，。：；、（）“”？] +[\w%{<+#.]|[\w}>] +[\u4e00-\u9fff]")
# Names that stay as they are in Chinese text.
LATIN = re.compile(r"^[\W\d]*(?:PDF|ID|URL|IP|AES-256|TOTP|JSON|XML|SHA-256|[\W\d])*$")


def translations(entry: polib.POEntry) -> list[str]:
    texts = entry.msgstr_plural.values() if entry.msgid_plural else [entry.msgstr]
    return [text for text in texts if text]


def placeholders(text: str) -> set[str]:
    braces = {f"{{{name}}}" for _, name, _, _ in string.Formatter().parse(text) if name}
    return set(NAMED.findall(text)) | braces


def test_nothing_is_untranslated_or_fuzzy():
    assert [entry.msgid for entry in CATALOGUE.untranslated_entries()] == []
    assert [entry.msgid for entry in CATALOGUE.fuzzy_entries()] == []


@pytest.mark.parametrize("word", UNWANTED)
def test_chinese_keeps_to_its_words(word):
    assert [e.msgid for e in CATALOGUE if any(word in text for text in translations(e))] == []


def test_chinese_has_no_typed_gaps():
    filed = [text for code, text in TEMPLATES.items() if "_EN_" not in code]
    texts = [text for entry in CATALOGUE for text in translations(entry)] + filed
    assert [text for text in texts if TYPED_GAP.search(text)] == []


def test_placeholders_are_the_same_in_both_languages():
    wrong = [
        entry.msgid
        for entry in CATALOGUE
        for text in translations(entry)
        if placeholders(text) != placeholders(entry.msgid_plural or entry.msgid)
    ]
    assert wrong == []


def test_chinese_is_chinese():
    plain = [e.msgid for e in CATALOGUE for t in translations(e) if not re.search(r"[一-鿿]", t)]
    assert [msgid for msgid in plain if not LATIN.match(NAMED.sub("", msgid))] == []


def test_message_ids_are_english():
    assert [e.msgid for e in CATALOGUE if re.search(r"[一-鿿]", e.msgid)] == []
