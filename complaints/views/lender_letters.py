"""The letters about a lender's loans, for its users; each look is registered with the letter."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from complaints.models import Letter
from complaints.selectors import lenders as selectors
from complaints.selectors import letters
from complaints.services import letter_files
from complaints.states.letters import AccessKind
from creditquery.access import LenderRequest, lender_required

PAGE = 25


@require_GET
@lender_required
@never_cache
def index(request: LenderRequest) -> HttpResponse:
    rows = selectors.letters(request.institution)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return render(request, "complaints/lender_letters.html", {"page": page})


@require_GET
@lender_required
@never_cache
def letter(request: LenderRequest, serial: str) -> HttpResponse:
    """What the letter is about and whether it still holds, and the way to its paper."""
    found = _found(request, serial)
    _look(request, found, AccessKind.VIEWED)
    context = {
        "letter": found,
        "successor": letters.successor(found),
        "verify": selectors.verify_address(found),
    }
    return render(request, "complaints/lender_letter.html", context)


@require_GET
@lender_required
@never_cache
def pdf(request: LenderRequest, serial: str) -> HttpResponse:
    """The file as it was first made; until it is, back to the page."""
    found = _found(request, serial)
    content = letters.content_of(found)
    if content is None:
        if letter_files.want(letter=found, now=timezone.now()):
            messages.info(request, _("The PDF is being made. It can be downloaded in a moment."))
        else:
            messages.warning(request, _("The letter ended before anybody wanted its paper."))
        return redirect("complaints:lender-letter", serial)
    _look(request, found, AccessKind.DOWNLOADED)
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="letter-{found.serial}.pdf"'},
    )


def _found(request: LenderRequest, serial: str) -> Letter:
    found = selectors.letters(request.institution).filter(serial=serial).first()
    if found is None:
        raise Http404
    return found


def _look(request: LenderRequest, found: Letter, action: str) -> None:
    letter_files.look(letter=found, actor=request.user, action=action, now=timezone.now())
