"""Somebody without phone, email and device on a borrowed phone, without JavaScript: asks, hands in,
waits; two officers agree at the desk; and whoever still has the old phone stops it."""

import re

import pytest

from portal.tests.browser.borrower import Borrower
from portal.tests.browser.journey import submit
from portal.tests.browser.matrix import matrix
from portal.tests.browser.people import new_person
from reviews.tests.papers import photo

WORDS = {
    "zh": "一二三四五六七八九",
    "en": ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
}
WORD = re.compile(r"(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}")
COLOURS = {"id_front": "white", "id_back": "silver", "selfie": "tan"}
DESK = "/desk/recovery/"


@pytest.fixture(scope="module")
def owner(portal):
    """Somebody with an account whose name is proved."""
    borrower = Borrower(portal, new_person())
    borrower.log_in()
    borrower.prove_name()
    return borrower


def total(text, language):
    """The answer to the question of the captcha, in figures."""
    place = {word: number for number, word in enumerate(WORDS[language], start=1)}
    found = re.findall("|".join(WORDS[language]), text)
    return str(sum(place[word] for word in found))


def ask(portal, visitor, person, new):
    """From the login page to the page of the request; gives its number and word."""
    page = visitor.open("/login/")
    page.click("a[href$='/recovery/']")
    visitor.assert_sound()
    page.fill("[name=name]", person.name)
    page.fill("[name=id_number]", person.id_number)
    page.fill("[name=old_phone]", person.phone)
    page.fill("[name=address]", new)
    page.check("[name=lost][value=phone]")
    submit(page)
    visitor.assert_sound()
    page.fill("[name=captcha]", total(page.inner_text("form strong"), visitor.language))
    before = len(portal.messages(new))
    submit(page)
    page.wait_for_url("**/recovery/code/")
    visitor.assert_sound()
    page.fill("[name=code]", portal.code(new, after=before))
    submit(page)
    visitor.assert_sound()
    number, word = page.locator("#word ~ dl .code").all_inner_texts()
    assert number in page.url and WORD.fullmatch(word)
    return number, word


def hand_in(visitor, kind):
    page = visitor.page
    page.click(f"a[href$='/add/{kind}/']")
    visitor.assert_sound()
    file = {"name": "照片.jpg", "mimeType": "image/jpeg", "buffer": photo(colour=COLOURS[kind])}
    page.set_input_files("[name=file]", file)
    submit(page)


def act(visitor, number, name, **fields):
    page = visitor.open(f"{DESK}{number}/{name}/")
    visitor.assert_sound()
    for field, value in fields.items():
        page.check(f"[name={field}][value='{value}']")
    submit(page)
    visitor.assert_sound()


def word_sent(portal, phone):
    """The newest word that this phone was sent."""
    found = [WORD.findall(str(message)) for message in portal.messages(phone)]
    return [words[0] for words in found if words][-1]


def test_two_officers_agree_and_the_old_phone_stops_it(portal, visit, officer, owner):
    person, new = owner.person, new_person().phone
    stranger = visit(javascript=False)
    number, _word = ask(portal, stranger, person, new)
    page = stranger.page
    stranger.assert_chinese()
    page.click("form[action$='/noted/'] button")
    assert page.locator("#word").count() == 0
    for kind in COLOURS:
        hand_in(stranger, kind)
    stranger.until(f"/recovery/{number}/", "form[action$='/send/'] button")
    stranger.assert_sound()
    page.click("form[action$='/send/'] button")
    assert "等待工作人员核对" in page.inner_text("main")
    stranger.assert_chinese()

    maker = visit(width=1280, state=officer("compliance_officer"))
    page = maker.open(DESK)
    maker.assert_sound()
    page.click(f"a[href$='{number}/']")
    maker.assert_sound()
    assert "有账户同时相符" in page.inner_text("main")
    maker.assert_chinese()
    page.click("#papers ~ ul a >> nth=0")
    maker.assert_sound()
    act(maker, number, "propose", reason="papers-agree")
    checker = visit(language="en", width=1280, state=officer("risk_officer"))
    act(checker, number, "agree")
    assert "Approved, waiting time runs" in checker.page.inner_text("main")

    page = stranger.open(f"/recovery/{number}/")
    assert "等待期" in page.inner_text("main")
    stranger.assert_sound()

    reader = visit(javascript=False)
    page = reader.open("/stop/")
    reader.assert_sound()
    page.fill("[name=word]", word_sent(portal, person.phone).lower())
    submit(page)
    reader.assert_sound()
    assert number in page.inner_text("main")
    reader.assert_chinese()
    submit(page)
    assert "已停止" in page.inner_text("h1")
    reader.assert_sound()
    assert "已停止" in stranger.open(f"/recovery/{number}/").inner_text("main")


def test_another_device_goes_on_and_the_owner_stops_it(portal, visit, owner):
    stranger = visit(language="en")
    number, word = ask(portal, stranger, owner.person, new_person().phone)
    elsewhere = visit(language="en", theme="dark", width=320)
    page = elsewhere.open("/recovery/resume/")
    elsewhere.assert_sound()
    page.fill("[name=number]", number.lower())
    page.fill("[name=word]", word.replace("-", ""))
    submit(page)
    assert number in page.url
    elsewhere.assert_sound()
    page.click("a[href$='/withdraw/']")
    elsewhere.assert_sound()

    known = visit(language="en", state=owner.state())
    page = known.open("/account/")
    known.assert_sound()
    with page.expect_navigation():
        page.click(f"form[action$='{number}/stop/'] button")
    known.assert_sound()
    assert number not in page.inner_text("main")
    assert "Stopped" in elsewhere.open(f"/recovery/{number}/").inner_text("main")


@pytest.mark.parametrize(
    ("path", "language", "theme", "width"), matrix([f"{DESK}?list=open", f"{DESK}?list=over"])
)
def test_the_list_of_the_desk_is_sound(visit, officer, path, language, theme, width):
    visitor = visit(language=language, theme=theme, width=width, state=officer("risk_officer"))
    visitor.open(path)
    visitor.assert_sound()
