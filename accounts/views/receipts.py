"""Delivery receipts of the vendors of messages, each in its own words.

They are unsigned, so the secret in the address keeps strangers out, and a receipt that gets in can
change nothing but the state of the one delivery that it names in every way it can.
"""

import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from accounts import selectors
from accounts.gateways import aliyun, aliyun_voice, tencent_sms, tencent_voice
from accounts.gateways.sending import Fate, trouble_of
from accounts.services import deliveries
from accounts.services.deliveries import Receipt
from accounts.states import Channel, Vendor
from portal.validators import clean_phone

MAX_BYTES = 256 * 1024
MAX_RECEIPTS = 1000


# --- What each vendor says ------------------------------------------------------------------


def _aliyun_sms(told: Mapping[str, Any]) -> Receipt:
    code = _code(told.get("err_code"))
    return Receipt(
        vendor=Vendor.ALIYUN,
        channel=Channel.SMS,
        phone_hash=_phone_hash(told.get("phone_number")),
        number=_number(told.get("out_id")),
        vendor_id=_code(told.get("biz_id")),
        reached=told.get("success") is True,
        error_code=code,
        trouble=trouble_of(code, aliyun.RECEIPTS),
    )


def _aliyun_call(told: Mapping[str, Any]) -> Receipt:
    fate, code, trouble = aliyun_voice.told(_code(told.get("status_code")))
    return Receipt(
        vendor=Vendor.ALIYUN,
        channel=Channel.VOICE,
        phone_hash=_phone_hash(told.get("callee")),
        number=_number(told.get("out_id")),
        vendor_id=_code(told.get("call_id")),
        reached=fate == Fate.REACHED,
        error_code=code,
        trouble=trouble,
    )


def _tencent_sms(told: Mapping[str, Any]) -> Receipt:
    code = _code(told.get("errmsg"))
    return Receipt(
        vendor=Vendor.TENCENT,
        channel=Channel.SMS,
        phone_hash=_phone_hash(told.get("mobile")),
        number="",
        vendor_id=_code(told.get("sid")),
        reached=told.get("report_status") == "SUCCESS",
        error_code=code,
        trouble=trouble_of(code, tencent_sms.RECEIPTS),
    )


def _tencent_call(told: Mapping[str, Any]) -> Receipt:
    """The state of a call, or why it failed: one object each, under its own name."""
    failure = told.get("voice_failure_callback")
    state = told.get("voicecode_callback") or told.get("voiceprompt_callback") or failure
    if not isinstance(state, dict):
        raise ValidationError("no receipt")
    code = _code(str(state.get("failure_code" if failure else "result", "")))
    known = tencent_voice.FAILURES if failure else tencent_voice.RECEIPTS
    return Receipt(
        vendor=Vendor.TENCENT,
        channel=Channel.VOICE,
        phone_hash=_phone_hash(state.get("mobile")),
        number="",
        vendor_id=_code(state.get("callid")),
        reached=not failure and code == tencent_voice.ANSWERED,
        error_code=code,
        trouble=known.get(code, tencent_voice.NOT_THROUGH),
    )


@dataclass(frozen=True, slots=True)
class Form:
    """How a vendor pushes: what one receipt says, and the answers that it waits for."""

    read: Callable[[Mapping[str, Any]], Receipt]
    taken: Mapping[str, Any]
    refused: Mapping[str, Any]
    listed: bool = True


ALIYUN_TAKEN = {"code": 0, "msg": "接收成功"}  # what the vendor waits for; else it sends again
ALIYUN_REFUSED = {"code": 400, "msg": "unreadable"}
TENCENT_TAKEN = {"result": 0, "errmsg": "OK"}
TENCENT_REFUSED = {"result": 1, "errmsg": "again, please"}
FORMS: Mapping[str, Form] = {
    "aliyun": Form(_aliyun_sms, ALIYUN_TAKEN, ALIYUN_REFUSED),
    "aliyun-voice": Form(_aliyun_call, ALIYUN_TAKEN, ALIYUN_REFUSED),
    "tencent": Form(_tencent_sms, TENCENT_TAKEN, TENCENT_REFUSED),
    "tencent-voice": Form(_tencent_call, TENCENT_TAKEN, TENCENT_REFUSED, listed=False),
}


# --- The address ----------------------------------------------------------------------------


@csrf_exempt  # a machine calls: it has no cookie that a stranger's page could use
@login_not_required
@require_POST
def receive(request: HttpRequest, vendor: str, token: str) -> HttpResponse:
    """Receipts of one vendor; what is not ours is answered politely and left alone."""
    if not hmac.compare_digest(token.encode(), settings.RECEIPT_TOKEN.encode()):
        raise Http404
    form = FORMS[vendor]
    told = _read(request, form)
    if told is None:
        return JsonResponse(form.refused, status=400)
    again = [not _take(form, each) for each in told]
    return JsonResponse(form.refused if any(again) else form.taken)


def _read(request: HttpRequest, form: Form) -> list[Any] | None:
    body = request.read(MAX_BYTES + 1)
    try:
        told = json.loads(body) if len(body) <= MAX_BYTES else None
    except (ValueError, RecursionError):
        return None
    if not form.listed and isinstance(told, dict):
        told = [told]
    return told if isinstance(told, list) and len(told) <= MAX_RECEIPTS else None


def _take(form: Form, told: Any) -> bool:
    """False when the vendor shall send it again: our own note of its number may come later."""
    if not isinstance(told, dict):
        return True
    try:
        receipt = form.read(told)
        if deliveries.receive(receipt=receipt, now=timezone.now()) or receipt.number:
            return True
    except ValidationError:  # neither a phone nor a number of ours: made up
        return True
    return not deliveries.is_expected(
        vendor=receipt.vendor, channel=receipt.channel, phone_hash=receipt.phone_hash
    )


def _phone_hash(value: Any) -> str:
    return selectors.phone_hash(clean_phone(str(value)))


def _number(value: Any) -> str:
    """Ours are never empty: one that is would be looked for by the vendor's number alone."""
    return str(value or "none")


def _code(value: Any) -> str:
    """A vendor's code as we can keep it: JSON holds NULs and halves of characters, a table not."""
    return value[:60] if isinstance(value, str) and value.isprintable() else ""
