"""The viewer of the desk: pictures of a paper's pages that the portal drew itself. What was handed
in is shown to nobody, and each look is on record."""

from typing import Final

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.access import PersonalRequest, staff_required
from recovery.models import RecoveryPage, RecoveryPaper, RecoveryTicket
from recovery.selectors import tickets as selectors
from recovery.services import deciding
from recovery.views.case import DECIDE, ticket_or_404
from reviews.views.documents import PICTURES, sandboxed

ZOOMS: Final = (1, 2, 3)


@require_GET
@staff_required(DECIDE)
@never_cache
def show(request: PersonalRequest, number: str, pk: int) -> HttpResponse:
    """One page of a paper. Faces and cards are for those who decide, and for nobody else."""
    ticket = ticket_or_404(number)
    paper = _paper_or_404(ticket, pk)
    deciding.look(ticket=ticket, paper=paper, by=request.user, now=timezone.now())
    place = _number(request.GET.get("page"), paper.pages_count)
    pages = RecoveryPage.objects.filter(paper=paper).defer("image", "words")
    context = {
        "ticket": ticket,
        "paper": paper,
        "sheet": pages.filter(number=place).first(),
        "numbers": range(1, paper.pages_count + 1),
        "zoom": _number(request.GET.get("zoom"), ZOOMS[-1]),
        "zooms": ZOOMS,
    }
    return render(request, "recovery/desk_paper.html", context)


@require_GET
@sandboxed
@staff_required(DECIDE)
@never_cache
def page(request: PersonalRequest, number: str, pk: int, place: int) -> HttpResponse:
    """The picture alone; to fetch it is a look, whether or not its page was opened."""
    ticket = ticket_or_404(number)
    paper = _paper_or_404(ticket, pk)
    found = RecoveryPage.objects.filter(paper=paper, number=place).defer("words").first()
    if found is None or found.media_type not in PICTURES:
        raise Http404
    deciding.look(ticket=ticket, paper=paper, by=request.user, now=timezone.now())
    closed = {"Content-Disposition": "inline", "Cross-Origin-Resource-Policy": "same-origin"}
    return HttpResponse(bytes(found.image), content_type=found.media_type, headers=closed)


def _paper_or_404(ticket: RecoveryTicket, pk: int) -> RecoveryPaper:
    """One that was checked and rebuilt: nobody sees anything of it before."""
    paper = selectors.checked(ticket).filter(pk=pk).first()
    if paper is None:
        raise Http404
    return paper


def _number(text: str | None, most: int) -> int:
    """Of an address; whatever is no such number is the first."""
    wanted = int(text) if text and text.isdecimal() and len(text) < 5 else 1
    return wanted if 1 <= wanted <= most else 1
