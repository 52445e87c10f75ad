"""A borrower's letters: the list, what each says, its paper, and who has looked."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.access import borrower_required
from accounts.refusals import Refused
from accounts.views.refusal import sentence
from complaints.letter.printing import verification
from complaints.letter.texts import words
from complaints.models import Letter
from complaints.selectors import impacts
from complaints.selectors import letters as selectors
from complaints.services import letter_files, letters
from complaints.states.letters import AccessKind

STEPS = (gettext_lazy("Making the letter"), gettext_lazy("Letter ready"))
POLL_MS = 1000


@require_GET
@borrower_required
@never_cache
def index(request: Any) -> HttpResponse:
    """The letters, and the outages about which there could be one."""
    context = {
        "rows": selectors.of_person(request.user),
        "without": selectors.without_letter(request.user),
    }
    return render(request, "complaints/letter_list.html", context)


@require_POST
@borrower_required
def ask(request: Any, pk: int) -> HttpResponse:
    """Issue the letter about one outage now; asked for again, the same one."""
    impact = impacts.of_person(request.user).filter(pk=pk).first()
    if impact is None:
        raise Http404
    try:
        letter = letters.issue_one(impact=impact, now=timezone.now())
    except Refused as refused:
        messages.warning(request, sentence(refused))
        return redirect("complaints:letters")
    return redirect("complaints:letter", letter.serial)


@require_GET
@borrower_required
@never_cache
def show(request: Any, serial: str) -> HttpResponse:
    """What the letter says. Whoever opens it wants its paper, which is made meanwhile."""
    letter = _own(request, serial)
    promised = letter_files.want(letter=letter, now=timezone.now())
    context = {
        "letter": letter,
        "words": words(selectors.said(letter), get_language() or ""),
        "file": selectors.file_of(letter),
        "promised": promised,
        "successor": selectors.successor(letter),
        "accesses": selectors.accesses(letter),
        "verification": verification(letter.serial),
        "file_steps": STEPS,
        "in_wechat": "MicroMessenger" in request.headers.get("User-Agent", ""),
    }
    return render(request, "complaints/letter.html", context)


@require_GET
@borrower_required
@never_cache
def pdf(request: Any, serial: str) -> HttpResponse:
    """The one file of the letter; until it is made, back to the page that says so."""
    letter = _own(request, serial)
    content = selectors.content_of(letter)
    if content is None:
        return redirect("complaints:letter", serial)
    letter_files.look(
        letter=letter, actor=request.user, action=AccessKind.DOWNLOADED, now=timezone.now()
    )
    return download(letter, content)


@require_GET
@borrower_required
@never_cache
def file_json(request: Any, serial: str) -> JsonResponse:
    """How the file comes along, in the words of progress.json."""
    made = selectors.file_of(_own(request, serial)) is not None
    return JsonResponse(
        {
            "state": "ready" if made else "wanted",
            "step": 1 if made else 0,
            "steps": [str(step) for step in STEPS],
            "slow": False,
            "place": None,
            "eta": None,
            "next_poll_ms": 0 if made else POLL_MS,
            "message": _("Your letter is ready.") if made else _("Your letter is being made."),
        }
    )


def download(letter: Letter, content: bytes) -> HttpResponse:
    """The signed bytes as they were made, to be saved and not shown."""
    name = f'attachment; filename="letter-{letter.serial}.pdf"'
    return HttpResponse(
        content, content_type="application/pdf", headers={"Content-Disposition": name}
    )


def _own(request: HttpRequest, serial: str) -> Letter:
    """Somebody else's number and one that nobody has are the same answer."""
    person: Any = request.user
    letter = selectors.own(person, serial)
    if letter is None:
        raise Http404
    return letter
