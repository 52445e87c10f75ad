"""Asking: the code at the new address, the word, papers, sending; nobody learns who has an account,
and no stranger stands in an owner's way."""

import datetime as dt

import pytest
from django.test import Client

from accounts.models import Delivery, LoginChallenge, User, WrongCode
from accounts.refusals import Refused
from accounts.services import captchas
from creditquery.tests.conftest import log_in
from portal.tests.racing import at_once
from recovery.models import RecoveryStep, RecoveryTicket
from recovery.selectors import tickets as selectors
from recovery.services import papers, retention, tickets, waiting
from recovery.states import WANTED, RecoveryState
from recovery.tests.asking import (
    DAY,
    OLD,
    SECOND,
    Stranger,
    asker,
    begun,
    code_of,
    fresh,
    fresh_address,
    handed_in,
    opened,
    paper,
    told,
    wanted,
    work_off,
)
from reviews.tests.papers import photo, upload

pytestmark = pytest.mark.django_db


def code(action):
    with pytest.raises(Refused) as refused:
        action()
    return refused.value.code


# --- The journey ----------------------------------------------------------------------------


def test_a_request_is_opened_by_the_code_at_the_new_address(now, owner):
    ticket, word = opened(now)
    assert (ticket.state, ticket.account, ticket.word_noted) == ("opened", owner, False)
    assert ticket.number.startswith("ZH-")
    assert selectors.by_word(number=ticket.number, word=word) == ticket
    assert selectors.by_word(number=ticket.number, word=word.lower().replace("-", " ")) == ticket
    assert selectors.by_word(number=ticket.number, word=word[:-1] + "!") is None


def test_a_wrong_code_opens_nothing(now, owner):
    ticket = begun(now)
    challenge = LoginChallenge.objects.get(pk=ticket.proof)
    wrong = f"{(int(code_of(challenge)) + 1) % 10**6:06d}"

    def act():
        tickets.prove(ticket=ticket, challenge=challenge, code=wrong, now=now)

    assert code(act) == "otp-wrong"
    assert fresh(ticket).state == "begun"
    # Of the new address, not of the account, which nobody has been heard about yet.
    assert not WrongCode.objects.filter(account_hash=owner.phone_hash).exists()
    assert told("notice_opened") == []


def test_the_code_proves_no_account(now, owner):
    ticket, _word = opened(now)
    challenge = LoginChallenge.objects.get(pk=ticket.proof)
    assert challenge.user is None
    assert not selectors_serves(challenge)


def selectors_serves(challenge):
    from accounts.selectors import serves  # noqa: PLC0415

    return any(serves(challenge, purpose=purpose) for purpose in ("login", "consent", "change"))


def test_every_known_address_hears_of_it_with_a_word_that_stops(now, owner):
    ticket, _word = opened(now)
    assert work_off() == 1
    notices = Delivery.objects.filter(kind="recovery.notice_opened")
    assert {row.address for row in notices} == {owner.phone, owner.email}
    context = told("notice_opened")[0]
    assert context["link"].endswith(f"/stop/{context['word']}/")
    assert selectors.link(context["word"], kind="stop", now=now).ticket == ticket
    assert selectors.link(context["word"], kind="enrol", now=now) is None


def test_whoever_asks_again_from_the_same_address_goes_on(now, owner):
    address = fresh_address()
    ticket, word = opened(now, address=address)
    paper(ticket, "id_front", now)
    same, newer = opened(now + dt.timedelta(minutes=2), address=address)
    assert same == ticket and newer != word
    assert selectors.by_word(number=ticket.number, word=word) is None
    assert selectors.by_word(number=ticket.number, word=newer).papers.count() == 1


def test_papers_are_wanted_before_it_is_sent(now, owner):
    ticket, _word = opened(now)
    act = lambda: tickets.hand_in(ticket=ticket, now=now)  # noqa: E731
    assert code(act) == "recovery-papers-missing"
    for kind in WANTED:
        paper(ticket, kind, now)
    act()
    sent = fresh(ticket)
    assert sent.state == "evidence" and sent.due_at > now
    assert code(act) == "recovery-moved-on"


def test_a_file_that_is_being_checked_is_waited_for(now, owner):
    ticket, _word = opened(now)
    for kind in WANTED:
        paper(ticket, kind, now)
    papers.add(ticket=ticket, kind="other", name="x.jpg", data=photo(), now=now)
    assert code(lambda: tickets.hand_in(ticket=ticket, now=now)) == "review-unfinished"


def test_it_is_taken_back_by_its_asker(now, owner):
    ticket = handed_in(now)
    tickets.withdraw(ticket=ticket, now=now)
    assert fresh(ticket).state == "stopped"
    assert code(lambda: tickets.withdraw(ticket=ticket, now=now)) == "recovery-moved-on"


def test_what_nobody_goes_on_with_lapses(now, owner):
    ticket, _word = opened(now)
    assert waiting.lapse_due(now=now + waiting.IDLE) == 0
    assert waiting.lapse_due(now=now + waiting.IDLE + SECOND) == 1
    assert fresh(ticket).state == "lapsed"


def test_what_officers_have_does_not_lapse(now, owner):
    handed_in(now)
    assert waiting.lapse_due(now=now + waiting.IDLE * 10) == 0


# --- Pages ----------------------------------------------------------------------------------


def test_the_journey_by_plain_posts(owner):
    stranger = Stranger()
    ticket = stranger.open()
    here = f"/en/recovery/{ticket.number}/"
    page = stranger.client.get(here)
    word = page.context["word"]
    assert word and word in page.content.decode()
    assert "Still missing" in page.content.decode()
    stranger.client.post(f"{here}noted/")
    assert word not in stranger.client.get(here).content.decode()
    answer = stranger.client.post(f"{here}add/id_front/", {"file": upload("a.jpg", photo())})
    assert answer.status_code == 302
    assert "Being checked" in stranger.client.get(here).content.decode()
    assert work_off("intake") == 1
    page = stranger.client.get(here).content.decode()
    assert "Being checked" not in page and "Checked" in page
    for kind in ("id_back", "selfie"):
        paper(ticket, kind, ticket.opened_at)
    stranger.client.post(f"{here}send/")
    page = stranger.client.get(here).content.decode()
    assert "Waits for an officer" in page and "8 hours of work" in page


def test_another_device_goes_on_by_number_and_word(owner):
    stranger, elsewhere = Stranger(), Stranger("198.51.100.4")
    ticket = stranger.open()
    word = stranger.client.get(f"/en/recovery/{ticket.number}/").context["word"]
    here = f"/en/recovery/{ticket.number}/"
    assert elsewhere.client.get(here).status_code == 302
    assert elsewhere.client.post(f"{here}send/").status_code == 404
    wrong = {"number": ticket.number, "word": "0" * 16}
    page = elsewhere.client.post("/en/recovery/resume/", wrong)
    assert "No request has this number" in page.content.decode()
    given = {"number": ticket.number.lower(), "word": word.replace("-", " ")}
    assert elsewhere.client.post("/en/recovery/resume/", given).status_code == 302
    assert elsewhere.client.get(here).status_code == 200


@pytest.mark.parametrize("path", ["", "add/id_front/", "withdraw/"])
def test_without_the_word_a_request_does_not_exist(path, owner):
    ticket = Stranger().open()
    other = Stranger("198.51.100.5").open(address=fresh_address(), old_phone="13800000077")
    thief = Client()
    thief.cookies["recovery"] = f"{ticket.number}.{'0' * 16}"
    for client in (Client(), thief):
        assert client.get(f"/en/recovery/{ticket.number}/{path}").status_code in (302, 404)
        assert client.get(f"/en/recovery/{other.number}/{path}").status_code in (302, 404)


def test_a_captcha_stands_before_every_request(now, owner):
    stranger = Stranger()
    page = stranger.client.post("/en/recovery/", stranger.form())
    assert page.status_code == 200 and page.context["captcha"]
    assert not RecoveryTicket.objects.exists() and not LoginChallenge.objects.exists()
    wrong = {"captcha_id": str(captchas.fresh(now=now).pk), "captcha": "WRONG"}
    page = stranger.client.post("/en/recovery/", {**stranger.form(), **wrong})
    assert "captcha" in page.context["form"].errors
    assert not RecoveryTicket.objects.exists()


# --- Enumeration ----------------------------------------------------------------------------


def test_a_person_who_does_not_exist_reads_the_same(owner):
    """Page by page, and the work that is made: only what the officers see is different."""
    known, unknown = Stranger("203.0.113.1"), Stranger("203.0.114.1")
    tickets_ = [known.open(), unknown.open(old_phone="13800000066")]
    assert [ticket.account for ticket in tickets_] == [owner, None]
    pages = []
    for visitor, ticket in zip((known, unknown), tickets_, strict=True):
        for kind in WANTED:
            paper(ticket, kind, ticket.opened_at)
        here = f"/en/recovery/{ticket.number}/"
        visitor.client.post(f"{here}noted/")
        before = visitor.client.get(here).content.decode()
        visitor.client.post(f"{here}send/")
        after = visitor.client.get(here).content.decode()
        pages.append([plain(each, ticket) for each in (before, after)])
    assert pages[0] == pages[1]
    assert work_off() == 2  # the same work for both; nobody is told of the second
    assert len(told("notice_opened")) == 2
    assert len(told("received")) == 2


def plain(page, ticket):
    """Without what differs between any two requests."""
    import re  # noqa: PLC0415

    page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)
    page = re.sub(r"papers/\d+/|<time.*?</time>", "", page)
    return page.replace(ticket.number or "", "")


# --- Floods ---------------------------------------------------------------------------------


def test_a_network_asks_so_often_a_day(now, owner, settings):
    settings.RECOVERY_PER_NETWORK_DAY = 4
    ids = ["110105194912310038", "110105194912310046", "110105194912310054"]
    for number in (*ids, ids[0]):
        begun(now, id_number=number)
    with pytest.raises(Refused) as refused:
        begun(now + SECOND)
    assert (refused.value.code, refused.value.next_at) == ("recovery-many", now + DAY)
    assert begun(now + SECOND, network="elsewhere")
    assert begun(now + DAY)


def test_strangers_elsewhere_use_up_nothing_of_the_owners(now, owner):
    for place in range(4):
        for _each in range(tickets.MOST_PER_IDENTITY):
            if place or _each:
                begun(now, network=f"thief {place}")
    assert begun(now, network="home")


def test_a_crowd_of_one_network_gives_way_to_the_owner(now, owner):
    crowd = [opened(now + place * DAY, network="thief")[0] for place in range(tickets.MOST_OPEN)]
    mine, _word = opened(now + 11 * DAY, network="home")
    assert fresh(mine).state == "opened"
    assert [fresh(each).state for each in crowd].count("lapsed") == 1
    again, _word = opened(now + 12 * DAY, network="home")
    assert fresh(mine).state == "opened" and fresh(again).state == "opened"


def test_the_owner_goes_on_logging_in_whatever_strangers_ask(now, owner):
    for place in range(3):
        opened(now, network=f"thief {place}")
        handed_in(now, network=f"thief {place}")
    person = User.objects.get(pk=owner.pk)
    assert (person.is_active, person.session_epoch, person.phone) == (True, 0, OLD)
    assert not LoginChallenge.objects.filter(account_hash=owner.phone_hash).exists()


def test_an_owner_is_told_of_a_few_openings_a_day_and_sees_all(now, owner):
    browser = log_in(Client(), owner)
    for place in range(8):
        opened(now, network=f"thief {place}")
    work_off()
    assert len({each["no"] for each in told("notice_opened")}) == 5
    page = browser.get("/en/account/")
    assert len(page.context["recoveries"].open()) == 8


def test_files_of_a_request_are_bounded(now, owner, monkeypatch):
    monkeypatch.setattr(papers, "MOST_PAPERS", 2)
    ticket, _word = opened(now)
    for colour in ("red", "blue"):
        data = photo(colour=colour)
        papers.add(ticket=ticket, kind="other", name="x", data=data, now=now)
        papers.add(ticket=ticket, kind="other", name="x", data=data, now=now)  # the same
    data = photo(colour="green")

    def more():
        papers.add(ticket=ticket, kind="other", name="x", data=data, now=now)

    assert code(more) == "recovery-papers-many"


@pytest.mark.django_db(transaction=True)
def test_two_right_codes_at_once_open_one_request(now):
    ticket = begun(now)
    challenge = LoginChallenge.objects.get(pk=ticket.proof)
    digits = code_of(challenge)

    def enter(_place):
        try:
            tickets.prove(ticket=ticket, challenge=challenge, code=digits, now=now)
            return "opened"
        except Refused as refused:
            return refused.code

    assert sorted(at_once(2, enter)) == ["opened", "otp-used"]
    assert RecoveryTicket.objects.exclude(number=None).count() == 1


# --- Retention ------------------------------------------------------------------------------


def test_what_was_given_is_deleted_on_schedule(now, owner):
    ticket = handed_in(now)
    tickets.withdraw(ticket=ticket, now=now)
    assert retention.forget(now=now + retention.KEPT) == 0
    assert retention.forget(now=now + retention.KEPT + SECOND) == 1
    kept = fresh(ticket)
    assert (kept.name, kept.id_number, kept.old_phone, kept.address) == ("", "", "", "")
    assert {file.state for file in kept.papers.all()} == {"purged"}
    assert not RecoveryStep.objects.filter(text__isnull=False).exists()
    assert kept.state == RecoveryState.STOPPED and kept.account == owner
    assert retention.forget(now=now + retention.KEPT * 2) == 0


def test_what_was_never_proved_is_gone_after_a_day(now, owner):
    begun(now)
    assert retention.forget(now=now + DAY) == 0
    assert retention.forget(now=now + DAY + SECOND) == 1
    assert not RecoveryTicket.objects.exists()


def test_a_word_opens_nothing_after_its_data_is_gone(now, owner):
    ticket, word = opened(now)
    tickets.withdraw(ticket=ticket, now=now)
    retention.forget(now=now + retention.KEPT * 2)
    assert selectors.by_word(number=ticket.number, word=word) is None


def test_an_unanswered_captcha_costs_no_message(now):
    def act():
        tickets.begin(wanted=wanted(), asker=asker(), captcha_id="", answer="", now=now)

    assert code(act) == "captcha-needed"
    assert not Delivery.objects.exists()
