import logging

import pytest
from django.conf import settings

from portal import masks
from portal.logs import MaskFilter, MaskFormatter


@pytest.mark.parametrize(
    ("mask", "value", "shown"),
    [
        (masks.phone, "13812345678", "138 **** 5678"),
        (masks.phone, "1381", "****"),
        (masks.name, "李四", "李*"),
        (masks.name, "王小二", "王*二"),
        (masks.name, "买买提·艾力", "买****力"),
        (masks.id_number, "11010519491231002X", "1****************X"),
        (masks.id_number, "1", "***"),
        (masks.email, "zhangsan@163.com", "zha***@163.com"),
    ],
)
def test_masks(mask, value, shown):
    assert mask(value) == shown


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("sent to 13812345678.", "sent to 138 **** 5678."),
        ("sent to +8613812345678", "sent to 138 **** 5678"),
        ("id 11010519491231002x!", "id 1****************x!"),
        ("/help/phone13812345678/ %3D13812345678", "/help/phone138 **** 5678/ %3D138 **** 5678"),
        ("asked +86-138-1234-5678, 138 1234 5678", "asked +86-138 **** 5678, 138 **** 5678"),
        ("id=x11010519491231002X", "id=x1****************X"),
        ("no mailbox zhang.san@163.com!", "no mailbox zha***@163.com!"),
        ("render@host is ready", "render@host is ready"),
        ("uuid 9a138a12-1234-4567-8901-138123456789", "uuid 9a138a12-1234-4567-8901-138123456789"),
        ("request 138123456789012345678901", "request 138123456789012345678901"),
        ("at 1700000000.123456", "at 1700000000.123456"),
    ],
)
def test_a_log_line_loses_what_is_personal(line, shown):
    assert masks.line(line) == shown


def test_the_log_masks_arguments_and_tracebacks():
    try:
        raise ValueError("13812345678")
    except ValueError as error:
        record = logging.LogRecord(
            "x", 40, "f", 1, "call %s", ("13812345678",), (type(error), error, None)
        )
    MaskFilter().filter(record)
    text = MaskFormatter("%(message)s").format(record)
    assert "13812345678" not in text
    assert text.count("138 **** 5678") == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("method", "address", "told"),
    [
        ("post", "/callbacks/none/{}/", "/callbacks/<slug:channel>/<str:token>/"),
        ("get", "/callbacks/bank/{}/", "/callbacks/<slug:channel>/<str:token>/"),
        ("get", "/receipts/aliyun/{}/", "/receipts/aliyun/<str:token>/"),
        ("post", "/callbacks/bank/{}/é/", "/callbacks/…"),
        ("post", "/en/callbacks/bank/{}/", "/en/…"),
    ],
)
def test_the_secret_of_an_address_is_not_logged(client, caplog, method, address, told):
    """Not even where it was right, and something else was not."""
    for token in (settings.CALLBACK_TOKEN, settings.RECEIPT_TOKEN):
        caplog.clear()
        getattr(client, method)(address.format(token))
        lines = [record for record in caplog.records if record.name == "django.request"]
        for record in lines:
            MaskFilter().filter(record)
        assert [told in record.getMessage() for record in lines] == [True]
        assert token not in " ".join(record.getMessage() for record in lines)
