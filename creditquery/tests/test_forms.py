"""Everything that can be typed wrong, with the sentence that says so."""

import datetime as dt
from collections.abc import Iterator

import pytest
from django.utils import translation

from accounts.selectors import Identity
from creditquery.forms.queries import AgreeForm, ConsentForm, LoanForm, PasswordForm
from creditquery.models import Institution, LoanApplication
from creditquery.passwords import is_personal, personal_parts, random

TODAY = dt.date(2026, 3, 2)
WANG = Identity("王小二", "10", "11010519491231002X", "13800000001")


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def filled(institution: Institution) -> dict[str, object]:
    return {
        "institution": institution.pk,
        "reference": "DK-1",
        "amount": "200000",
        "annual_rate": "3.95",
        "term_months": "36",
        "decision_deadline": "2026-03-20",
    }


def loan_errors(filled: dict[str, object], **wrong: str) -> dict[str, list[str]]:
    form = LoanForm({**filled, **wrong}, today=TODAY, own_phone=WANG.phone)
    return {name: [str(error) for error in errors] for name, errors in form.errors.items()}


def test_a_loan_as_people_type_it(filled: dict[str, object]) -> None:
    assert loan_errors(filled) == {}
    assert loan_errors(filled, amount=" ２００,０００.5 ") == {}
    assert (
        loan_errors(filled, amount="￥200,000 元", annual_rate="3.95%", term_months="36 个月") == {}
    )
    assert loan_errors(filled, decision_deadline="2026-03-02") == {}


def test_a_day_as_chinese_readers_write_it(filled: dict[str, object]) -> None:
    with translation.override("zh-hans"):
        for typed in ("2026年3月20日", "2026.3.20", "20260320", "2026/3/20"):
            assert loan_errors(filled, decision_deadline=typed) == {}


@pytest.mark.parametrize(
    ("field", "typed", "message"),
    [
        ("institution", "", "Choose the lender that you applied to."),
        ("institution", "999999", "Choose a lender from the list."),
        ("institution", "x", "Choose a lender from the list."),
        ("reference", "", "Enter the number of your loan application."),
        ("reference", "<b>", "Enter at most 40 letters, digits and hyphens."),
        ("reference", "A" * 40 + "\n", "Enter at most 40 letters, digits and hyphens."),
        ("reference", "A" * 41, "Enter at most 40 letters, digits and hyphens."),
        ("amount", "", "Enter the amount that you applied for."),
        ("amount", "lots", "Enter the amount in digits, for example 200000."),
        ("amount", "NaN", "Enter the amount in digits, for example 200000."),
        ("amount", "0", "Enter an amount above zero."),
        ("amount", "-5", "Enter an amount above zero."),
        ("amount", "1.005", "Enter an amount with at most two decimals."),
        ("amount", "1000000001", "Enter an amount of at most 1,000,000,000 yuan."),
        ("annual_rate", "", "Enter the annual interest rate."),
        ("annual_rate", "x", "Enter the rate in digits, for example 3.95."),
        ("annual_rate", "-1", "Enter a rate from 0 to 100 percent."),
        ("annual_rate", "101", "Enter a rate from 0 to 100 percent."),
        ("annual_rate", "3.955", "Enter a rate with at most two decimals."),
        ("term_months", "", "Enter the term of the loan."),
        ("term_months", "x", "Enter the term as a whole number of months."),
        ("term_months", "1.5", "Enter the term as a whole number of months."),
        ("term_months", "0", "Enter a term from 1 to 600 months."),
        ("term_months", "601", "Enter a term from 1 to 600 months."),
        ("decision_deadline", "", "Enter the day by which the lender decides."),
        (
            "decision_deadline",
            "soon",
            "Enter a day as year, month and day, for example 2026-12-31.",
        ),
        ("decision_deadline", "2026-03-01", "Enter a day that is not in the past."),
        ("guarantors", "123", "Enter a mainland mobile number: 11 digits beginning with 1."),
        ("guarantors", "13800000001", "You cannot be your own guarantor: remove your number."),
        (
            "guarantors",
            "\n".join(f"1390000000{n}" for n in range(6)),
            "Enter at most 5 guarantors.",
        ),
        ("guarantors", "1" * 401, "Enter at most 5 guarantors."),
    ],
)
def test_each_mistake_in_a_loan(
    field: str, typed: str, message: str, filled: dict[str, object]
) -> None:
    assert loan_errors(filled, **{field: typed}) == {field: [message]}


def test_nothing_is_agreed_to_without_the_tick() -> None:
    message = "Tick the box if you agree. Without it we ask nothing."
    assert AgreeForm({}).errors == {"agree": [message]}
    assert AgreeForm({"agree": ""}).errors == {"agree": [message]}


@pytest.mark.django_db
def test_a_loan_that_is_not_open_to_choose() -> None:
    form = ConsentForm({"agree": "on", "loan": "7"}, loans=LoanApplication.objects.none())
    assert form.errors == {"loan": ["Choose one of your open loan applications."]}


GUESSABLE = "Leave out your phone, ID number, birthday and name: others can guess them."


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("", "Enter a password for the PDF, or have one made."),
        ("short", "Enter a password of at least 10 characters."),
        ("x" * 101, "Enter a password of at most 100 characters."),
        ("密码密码密码密码密码", "Use letters, digits and signs of an English keyboard only."),
        ("tab\tin the middle", "Use letters, digits and signs of an English keyboard only."),
        ("my13800000001", GUESSABLE),
        ("xx00000001xx", GUESSABLE),
        ("xx19491231xx", GUESSABLE),
        ("xxxx491231xx", GUESSABLE),
        ("11010519491231002x", GUESSABLE),
        ("xxxxxx31002X", GUESSABLE),
        ("138-0000-0001", GUESSABLE),
        ("1949/12/31 is it", GUESSABLE),
        ("home-110105-home", GUESSABLE),
    ],
)
def test_each_mistake_in_a_password(typed: str, message: str) -> None:
    assert PasswordForm({"password": typed}, identity=WANG).errors == {"password": [message]}


def test_a_good_password_is_kept_as_typed() -> None:
    form = PasswordForm({"password": " correct horse "}, identity=WANG)
    assert form.is_valid()
    assert form.cleaned_data["password"] == " correct horse "


def test_made_passwords_are_good_and_differ() -> None:
    made = {random() for _ in range(100)}
    assert len(made) == 100
    assert all(len(password) == 19 and password.isascii() for password in made)


def test_a_latin_name_is_personal_too() -> None:
    parts = personal_parts(name="Alim", id_number=WANG.id_number, phone=WANG.phone)
    assert is_personal("my-ALIM-secret", parts)
    parts = personal_parts(name="Alim·Tursun", id_number=WANG.id_number, phone=WANG.phone)
    assert is_personal("a-l-i-m-secret", parts) and is_personal("tursun2026!", parts)
