"""The vendors' protocols against the simulators, which check every signature themselves."""

import datetime as dt

import pytest

from accounts.gateways import (
    aliyun,
    aliyun_voice,
    email,
    tencent,
    tencent_sms,
    tencent_voice,
)
from accounts.gateways.sending import Declined, Errand, Fate, Says, Sent, fail
from accounts.gateways.tc3 import positions
from accounts.states import CheckState
from accounts.states import Trouble as T
from portal.gateway import Rejected, Unavailable

PERSON = {"name": "王小二", "id_number": "11010119900307002X"}


SMS = {"aliyun": aliyun, "tencent": tencent_sms}
VOICE = {"aliyun-voice": aliyun_voice, "tencent-voice": tencent_voice}
ALL = SMS | VOICE
TWO = pytest.mark.parametrize("vendor", SMS)
FOUR = pytest.mark.parametrize("vendor", ALL)


def errand(vendor, phone, **changes):
    text = "TTS_LOGIN" if vendor in VOICE else "SMS_LOGIN"
    given = {"text": text, "values": {"code": "012345"}, "number": f"n-{vendor}", **changes}
    return Errand(phone=phone, **given)


def sent(vendor, phone, **changes):
    given = {"at": dt.datetime.now(dt.UTC), "number": f"n-{vendor}", **changes}
    return Sent(phone=phone, **given)


@FOUR
def test_a_message_arrives_with_its_leading_zero(outside, vendor):
    assert ALL[vendor].send(errand(vendor, "13900000001"))
    arrived = outside.messages("phone", "13900000001")[-1]
    assert (arrived["code"], arrived["vendor"]) == ("012345", vendor)


@FOUR
def test_a_wrong_key_is_our_own_trouble_and_nothing_was_sent(outside, settings, vendor):
    settings.ALIYUN_ACCESS_KEY_SECRET = settings.TENCENT_SECRET_KEY = "not ours"
    with pytest.raises(Unavailable) as error:
        ALL[vendor].send(errand(vendor, "13900000001"))
    assert error.value.sent is False
    assert error.value.vendor_code in {"SignatureDoesNotMatch", "AuthFailure.SignatureFailure"}


@pytest.mark.parametrize(
    ("vendor", "change", "code", "trouble"),
    [
        ("aliyun", {"text": "SMS_NONE"}, "isv.SMS_TEMPLATE_ILLEGAL", T.TEXT),
        ("aliyun", {"values": {}}, "isv.TEMPLATE_MISSING_PARAMETERS", T.TEXT),
        ("aliyun", {"values": {"code": "x" * 40}}, "isv.PARAM_LENGTH_LIMIT", T.TEXT),
        ("aliyun", {"values": {"code": "www.x.cn"}}, "isv.PARAM_NOT_SUPPORT_URL", T.TEXT),
        ("aliyun", {"phone": "13900098003"}, "isv.BLACK_KEY_CONTROL_LIMIT", T.BLOCKED),
        ("aliyun", {"phone": "1"}, "isv.MOBILE_NUMBER_ILLEGAL", T.NUMBER),
        (
            "tencent",
            {"text": "SMS_NONE"},
            "FailedOperation.TemplateUnapprovedOrNotExist",
            T.TEXT,
        ),
        (
            "tencent",
            {"values": {"code": "1", "more": "2"}},
            "FailedOperation.TemplateParamSetNotMatchApprovedTemplate",
            T.TEXT,
        ),
        (
            "tencent",
            {"values": {"code": "x" * 40}},
            "InvalidParameterValue.TemplateParameterLengthLimit",
            T.TEXT,
        ),
        (
            "tencent",
            {"values": {"code": "www.x.cn"}},
            "InvalidParameterValue.ProhibitedUseUrlInTemplateParameter",
            T.TEXT,
        ),
        (
            "tencent",
            {"phone": "13900098003"},
            "FailedOperation.PhoneNumberInBlacklist",
            T.BLOCKED,
        ),
        ("tencent", {"phone": "1"}, "InvalidParameterValue.IncorrectPhoneNumber", T.NUMBER),
        ("aliyun-voice", {"text": "TTS_NONE"}, "isv.TTS_TEMPLATE_ILLEGAL", T.TEXT),
        ("tencent-voice", {"text": "TTS_NONE"}, "InvalidParameterValue.TemplateInvalid", T.TEXT),
    ],
)
def test_the_vendors_refusals_are_final_and_say_why(outside, vendor, change, code, trouble):
    phone = change.pop("phone", "13900000001")
    with pytest.raises(Declined) as refused:
        ALL[vendor].send(errand(vendor, phone, **change))
    assert (refused.value.code, refused.value.trouble) == (code, trouble)


@pytest.mark.parametrize(
    ("vendor", "wait"),
    [
        ("aliyun", dt.timedelta(minutes=1)),
        ("tencent", dt.timedelta(seconds=30)),
        ("aliyun-voice", dt.timedelta(minutes=1)),
        ("tencent-voice", dt.timedelta(days=1)),
    ],
)
def test_the_vendors_own_limit_is_a_refusal_that_says_how_long(outside, vendor, wait):
    ALL[vendor].send(errand(vendor, "13900000002"))
    with pytest.raises(Declined) as refused:
        ALL[vendor].send(errand(vendor, "13900000002"))
    assert (refused.value.trouble, refused.value.wait) == (T.CAP, wait)


@pytest.mark.parametrize("table", [g.CODES for g in ALL.values()], ids=list(ALL))
def test_every_row_of_every_table_becomes_the_error_that_it_says(table):
    for code, known in table.items():
        error = fail(code, known)
        if known.says == Says.REFUSED:
            assert isinstance(error, Declined)
            assert error.trouble in T
            assert (error.wait is not None) == (error.trouble == T.CAP)
        else:
            assert isinstance(error, Unavailable) and error.vendor_code == code
            assert error.sent == (known.says == Says.UNKNOWN)


def test_a_code_in_no_table_is_final_unless_the_vendor_itself_failed():
    assert isinstance(fail("isv.NEW", None), Declined)
    assert fail("Broken", None, status=502).sent is True


@pytest.mark.parametrize("field", ["TENCENT_SIGN_NAME", "TENCENT_SMS_APP_ID", "ALIYUN_SIGN_NAME"])
def test_a_wrong_signature_or_application_is_our_own_trouble(outside, settings, field):
    setattr(settings, field, "not ours")
    vendor = "aliyun" if field.startswith("ALIYUN") else "tencent"
    with pytest.raises(Unavailable) as error:
        ALL[vendor].send(errand(vendor, "13900000004"))
    assert error.value.sent is False


@TWO
def test_a_message_is_found_by_our_number(outside, vendor):
    SMS[vendor].send(errand(vendor, "13900000003"))
    assert SMS[vendor].find(sent(vendor, "13900000003")).fate == Fate.REACHED
    assert SMS[vendor].find(sent(vendor, "13900000003", number="n-2")) is None


@TWO
@pytest.mark.parametrize(
    ("tail", "trouble"),
    [("98001", T.NUMBER), ("98005", T.OFF), ("98006", T.NO_SIGNAL), ("98007", T.CAP)],
)
def test_what_the_operators_tell_becomes_a_trouble(outside, vendor, tail, trouble):
    phone = f"139000{tail}"
    SMS[vendor].send(errand(vendor, phone))
    found = SMS[vendor].find(sent(vendor, phone))
    assert (found.fate, found.trouble) == (Fate.FAILED, trouble)


def test_who_lists_what_is_on_its_way_and_who_does_not(outside):
    for vendor, fate in (("aliyun", Fate.WAITING), ("tencent", None)):
        SMS[vendor].send(errand(vendor, "13900098004"))
        found = SMS[vendor].find(sent(vendor, "13900098004"))
        assert (found and found.fate) == fate


def test_a_call_is_found_by_the_vendors_number_alone(outside):
    call_id = aliyun_voice.send(errand("aliyun-voice", "13900000005"))
    found = aliyun_voice.find(sent("aliyun-voice", "13900000005", vendor_id=call_id))
    assert found.fate == Fate.REACHED
    for vendor in VOICE:
        with pytest.raises(Unavailable):
            VOICE[vendor].find(sent(vendor, "13900000005"))
    off = aliyun_voice.send(errand("aliyun-voice", "13900098005"))
    found = aliyun_voice.find(sent("aliyun-voice", "13900098005", vendor_id=off))
    assert (found.fate, found.trouble) == (Fate.FAILED, T.OFF)


def test_places_follow_our_message_or_the_table(settings):
    values = {"no": "7", "day": "11-23"}
    assert positions("SMS_NOTICE_REVIEW", values) == ("SMS_NOTICE_REVIEW", ["7", "11-23"])
    settings.TENCENT_TEMPLATES = {"SMS_NOTICE_REVIEW": "1234568:day+no"}
    assert positions("SMS_NOTICE_REVIEW", values) == ("1234568", ["11-23", "7"])
    settings.TENCENT_TEMPLATES = {"SMS_NOTICE_REVIEW": "1234568:day"}
    with pytest.raises(Declined):
        positions("SMS_NOTICE_REVIEW", values)


@pytest.mark.parametrize(
    ("second", "days"), [(0, ["20261122"]), (49, ["20261122"]), (56, ["20261122", "20261123"])]
)
def test_a_message_sent_before_midnight_is_looked_for_on_the_next_day_too(
    monkeypatch, second, days
):
    asked = []

    def act(action, parameters):
        asked.append(parameters["SendDate"])
        return {"SmsSendDetailDTOs": {"SmsSendDetailDTO": []}}

    monkeypatch.setattr(aliyun, "_act", act)
    sent_at = dt.datetime(2026, 11, 22, 15, 59, second, tzinfo=dt.UTC)  # 23:59 in Beijing
    assert aliyun.find(sent("aliyun", "13900000003", at=sent_at)) is None
    assert asked == days


@FOUR
@pytest.mark.parametrize("mode", ["error", "garbage", "refuse", "hang"])
def test_trouble_of_a_vendor_is_unavailable(outside, monkeypatch, vendor, mode):
    monkeypatch.setattr(ALL[vendor], "SECONDS", 0.5)
    service = {"aliyun-voice": "aliyun.voice", "tencent-voice": "tencent.voice"}
    outside.fault(service.get(vendor, f"{vendor}.sms"), mode, seconds=1)
    with pytest.raises(Unavailable) as error:
        ALL[vendor].send(errand(vendor, "13900000004"))
    assert error.value.sent is True


@pytest.mark.parametrize("mode", ["error", "garbage", "refuse", "hang"])
def test_trouble_of_the_identity_check_is_unavailable(outside, monkeypatch, mode):
    monkeypatch.setattr(tencent, "SECONDS", 0.5)
    outside.fault("tencent", mode, seconds=1)
    with pytest.raises(Unavailable):
        tencent.verify(phone="13900000004", **PERSON)


@pytest.mark.parametrize(
    ("phone", "state"),
    [
        ("13900000005", CheckState.MATCHED),
        ("13900099001", CheckState.MISMATCHED),
        ("13900099002", CheckState.NO_RECORD),
        ("13900099003", CheckState.LIMITED),
        ("13900099005", CheckState.UNSUPPORTED),
    ],
)
def test_each_verdict_of_the_operators(outside, phone, state):
    assert tencent.verify(phone=phone, **PERSON).state == state


def test_busy_operators_are_unavailable(outside):
    with pytest.raises(Unavailable):
        tencent.verify(phone="13900099004", **PERSON)


def test_a_wrong_tencent_key_is_unavailable(outside, settings):
    settings.TENCENT_SECRET_KEY = "not ours"
    with pytest.raises(Unavailable) as error:
        tencent.verify(phone="13900000005", **PERSON)
    assert error.value.vendor_code == "AuthFailure.SignatureFailure"


def test_an_email_arrives(outside):
    email.send(address="li@example.com", subject="主题", body="正文 012345\n", number="n-9")
    mail = outside.messages("mailbox", "li@example.com")[-1]
    assert "012345" in mail["text"]


def test_the_same_number_again_is_the_same_mail(outside):
    mail = {"address": "li@example.com", "subject": "s", "body": "b"}
    assert email.send(**mail, number="n-9") == email.send(**mail, number="n-9")
    assert email.send(**mail, number="n-9") != email.send(**mail, number="n-10")


@pytest.mark.parametrize("mode", ["error", "garbage", "refuse", "hang", "drip"])
def test_mail_trouble_ends_at_the_deadline(outside, monkeypatch, mode):
    monkeypatch.setattr(email, "SECONDS", 0.6)
    outside.fault("email", mode, seconds=2)
    with pytest.raises((Unavailable, Rejected)):
        email.send(address="li@example.com", subject="s", body="b", number="n")


def test_a_mail_server_that_is_not_there_got_nothing(settings):
    settings.EMAIL_URL = "smtp://127.0.0.1:9"
    with pytest.raises(Unavailable) as error:
        email.send(address="li@example.com", subject="s", body="b", number="n")
    assert error.value.sent is False
