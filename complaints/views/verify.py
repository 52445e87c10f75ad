"""Whether a letter is genuine and valid: for everybody, by its number, and by its file.

By the number alone only what is masked is shown. A file is compared in memory and kept nowhere;
it is never read as a PDF (portal/signing/pades.py).
"""

import hashlib
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.network import network_hash
from complaints.forms.letters import FileForm, SerialForm
from complaints.letter import serials
from complaints.models import Letter
from complaints.selectors import letters as selectors
from portal import catalogue, masks, pace
from portal.signing.signer import Verdict

CHECKS_A_MINUTE = 60
"""Of one network: a lender's office behind one address checks a stack of letters."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A file beside the one that was issued. `made` is False while nobody has wanted that yet."""

    same: bool
    made: bool
    verdict: Verdict


@require_http_methods(["GET", "POST"])
@login_not_required
@never_cache
def ask(request: HttpRequest) -> HttpResponse:
    """The number, typed; what is right about it leads on to the letter's own page."""
    form = SerialForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return redirect("complaints:verify-letter", form.cleaned_data["serial"])
    return render(request, "complaints/verify_ask.html", {"form": form})


@require_http_methods(["GET", "POST"])
@login_not_required
@never_cache
def letter(request: HttpRequest, serial: str) -> HttpResponse:
    """How a letter stands; a POST brings its file."""
    if pace.too_often(what="verify", who=network_hash(request), most=CHECKS_A_MINUTE):
        return _no(request, "verify-too-often", status=429)
    exact = serials.read(serial)
    if exact is None:
        return _no(request, "verify-number-wrong", status=404)
    if exact != serial:
        return redirect("complaints:verify-letter", exact)
    found = selectors.by_serial(exact)
    if found is None:
        return _no(request, "verify-number-unknown", status=404)
    form = FileForm(request.POST or None, request.FILES or None)
    compared = None
    if request.method == "POST" and form.is_valid():
        compared = _compare(found, form.cleaned_data["file"])
    return render(request, "complaints/verify_letter.html", _shown(found, form, compared))


def _shown(found: Letter, form: FileForm, compared: Compared | None) -> dict[str, Any]:
    """All that a stranger gets to see."""
    file = selectors.file_of(found)
    return {
        "letter": found,
        "name": masks.name(found.person.name),
        "successor": selectors.successor(found),
        "sha256": file.sha256 if file else "",
        "form": form,
        "compared": compared,
    }


def _compare(found: Letter, content: bytes) -> Compared:
    from portal.signing import keys, pades  # slow to load: only who verifies pays for it

    file = selectors.file_of(found)
    return Compared(
        same=file is not None and hashlib.sha256(content).hexdigest() == file.sha256,
        made=file is not None,
        verdict=pades.verify(content, keys.trust(), now=timezone.now()),
    )


def _no(request: HttpRequest, code: str, *, status: int) -> HttpResponse:
    context = {"entry": catalogue.ENTRIES[code]}
    return render(request, "complaints/verify_none.html", context, status=status)
