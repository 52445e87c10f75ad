"""Delivery receipts of the SMS vendor.

They are unsigned, so the secret in the address keeps strangers out, and a receipt that gets in can
change nothing but the state of the one delivery that it names in three ways.
"""

import hmac
import json
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from accounts import selectors
from accounts.services import deliveries
from portal.validators import clean_phone

MAX_BYTES = 256 * 1024
MAX_RECEIPTS = 1000
ACCEPTED = {"code": 0, "msg": "接收成功"}  # what the vendor waits for; else it sends again


@csrf_exempt  # a machine calls: it has no cookie that a stranger's page could use
@login_not_required
@require_POST
def aliyun(request: HttpRequest, token: str) -> HttpResponse:
    """A JSON array of receipts; what is not ours is answered politely and left alone."""
    if not hmac.compare_digest(token.encode(), settings.RECEIPT_TOKEN.encode()):
        raise Http404
    body = request.read(MAX_BYTES + 1)
    try:
        receipts = json.loads(body) if len(body) <= MAX_BYTES else None
    except (ValueError, RecursionError):
        receipts = None
    if not isinstance(receipts, list) or len(receipts) > MAX_RECEIPTS:
        return JsonResponse({"code": 400, "msg": "unreadable"}, status=400)
    for receipt in receipts:
        _take(receipt)
    return JsonResponse(ACCEPTED)


def _take(receipt: Any) -> None:
    if not isinstance(receipt, dict):
        return
    try:
        phone = clean_phone(str(receipt.get("phone_number", "")))
        deliveries.receive(
            phone_hash=selectors.phone_hash(phone),
            number=str(receipt.get("out_id", "")),
            vendor_id=str(receipt.get("biz_id", "")),
            reached=receipt.get("success") is True,
            error_code=_code(receipt.get("err_code")),
            now=timezone.now(),
        )
    except ValidationError:  # neither a phone nor a number of ours: made up
        return


def _code(value: Any) -> str:
    """A vendor's code as we can keep it: JSON holds NULs and halves of characters, a table not."""
    return value[:60] if isinstance(value, str) and value.isprintable() else ""
