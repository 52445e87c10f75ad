import pytest
from django.core.exceptions import ValidationError

from portal import validators


@pytest.mark.parametrize(
    "typed",
    [
        "13812345678",
        "+86 138 1234 5678",
        "0086-138-1234-5678",
        "138 1234-5678",
        "１３８１２３４５６７８",
        "8613812345678",
    ],
)
def test_a_phone_number_in_any_writing(typed):
    assert validators.clean_phone(typed) == "13812345678"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "1381234567",
        "138123456789",
        "12812345678",
        "+1 2125550100",
        "١٣٨١٢٣٤٥٦٧٨",
        "1381234567x",
    ],
)
def test_what_is_no_mainland_mobile_is_refused(typed):
    with pytest.raises(ValidationError) as refused:
        validators.clean_phone(typed)
    assert refused.value.code == "phone-format"


@pytest.mark.parametrize("typed", ["012345", " 012 345 ", "０１２３４５", "012-345"])
def test_a_code_in_any_writing_keeps_its_leading_zero(typed):
    assert validators.clean_code(typed) == "012345"


@pytest.mark.parametrize(
    "typed", ["", "12345", "1234567", "1_2_3_4_5_6", "12345a", "٠١٢٣٤٥", "½23456"]
)
def test_what_is_no_code_is_refused(typed):
    with pytest.raises(ValidationError) as refused:
        validators.clean_code(typed)
    assert refused.value.code == "code-format"


def with_check(first17: str) -> str:
    """By ISO 7064 MOD 11-2, which GB 11643 writes out as a table of weights."""
    remainder = 0
    for digit in first17:
        remainder = (remainder + int(digit)) * 2 % 11
    return first17 + "0123456789X"[(12 - remainder) % 11]


@pytest.mark.parametrize(
    "number",
    [
        "11010519491231002X",  # the published example of GB 11643
        "440524188001010014".replace("1880", "1980")[:17],
        "81000019900101001",
        "82000019900101002",
        "83000019900101003",
        "11999919900101001",  # a county that does not exist is no error
    ],
)
def test_numbers_that_hold(number):
    whole = number if len(number) == 18 else with_check(number)
    assert validators.clean_id_number(whole.lower()) == whole


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "id-number-format"),
        ("110105491231002", "id-number-format"),  # 15 digits: withdrawn since 2013
        ("1101051949123100XX", "id-number-format"),
        ("110105194912310021", "id-number-checksum"),
        (with_check("11010519490231001"), "id-number-date"),
        (with_check("11010520990101001"), "id-number-date"),
        (with_check("99010519491231001"), "id-number-date"),
    ],
)
def test_numbers_that_do_not_hold(typed, code):
    with pytest.raises(ValidationError) as refused:
        validators.clean_id_number(typed)
    assert refused.value.code == code


def test_each_single_wrong_digit_is_noticed():
    right = "11010519491231002X"
    for place in range(17):
        for digit in "0123456789":
            wrong = right[:place] + digit + right[place + 1 :]
            if wrong == right:
                continue
            with pytest.raises(ValidationError):
                validators.clean_id_number(wrong)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("王小二", "王小二"),
        (" 李四 ", "李四"),
        ("买买提•艾力", "买买提·艾力"),
        ("𫰠𱖎", "𫰠𱖎"),
        ("Anna Li", "Anna Li"),
    ],
)
def test_names_as_on_the_card(typed, name):
    assert validators.clean_name(typed) == name


@pytest.mark.parametrize("typed", ["", "王", "王1", "·", "··", "<b>王</b>", "王" * 51])
def test_what_is_no_name_is_refused(typed):
    with pytest.raises(ValidationError) as refused:
        validators.clean_name(typed)
    assert refused.value.code == "name-format"
