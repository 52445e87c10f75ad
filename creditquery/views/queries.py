"""The borrower's way from the loan to the consent, and the page that shows how it goes."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import borrower_required, recent_verification, to_step_up
from accounts.selectors import identity
from accounts.states import Purpose as CodePurpose
from creditquery.forms.queries import ConsentForm, LoanForm
from creditquery.models import CreditQuery, LoanApplication
from creditquery.models.consents import Purpose
from creditquery.selectors import queries as selectors
from creditquery.services import consents, loans, queries
from creditquery.states import QUERY_CANCELLABLE, QUERY_REVIEWABLE, QueryState
from creditquery.views.lookup import query_or_404
from creditquery.words import SLOW, STEPS

View = Callable[..., HttpResponse]
UNCANCELLED = {QueryState.REFUSED, QueryState.MANUAL_REVIEW}
"""Where cancelling would help nobody; a review is taken back on its own page."""


def identity_required(view: View) -> View:
    """A person whose name has been checked; others go there first and come back."""

    @wraps(view)
    @borrower_required
    def wrapper(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        request.identity = identity(request.user)
        if request.identity is None:
            back = urlencode({"next": request.get_full_path()})
            return redirect(f"{reverse('accounts:real-name')}?{back}")
        return view(request, *args, **kwargs)

    return wrapper


@require_GET
@borrower_required
@never_cache
def index(request: Any) -> HttpResponse:
    now = timezone.now()
    rows = [(query, selectors.progress(query, now)) for query in selectors.queries(request.user)]
    asked = selectors.invitations(request.user)
    return render(request, "creditquery/list.html", {"rows": rows, "invitations": asked})


# --- Loan, consent, signature ---------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@identity_required
def loan(request: Any) -> HttpResponse:
    """Enter a loan application."""
    today = timezone.localdate()
    form = LoanForm(request.POST or None, today=today, own_phone=request.identity.phone)
    if form.is_valid():
        try:
            made = loans.apply(borrower=request.user, now=timezone.now(), **form.application())
            return redirect(f"{reverse('creditquery:new')}?loan={made.pk}")
        except loans.TooManyInvitations:
            many = _("Guarantors were asked too often today. Leave them out, and ask tomorrow.")
            form.add_error("guarantors", many)
    return render(request, "creditquery/loan.html", {"form": form})


@require_http_methods(["GET", "POST"])
@identity_required
def new(request: Any) -> HttpResponse:
    """Agree to a query for one of the open loan applications."""
    open_loans = selectors.open_loans(request.user)
    if not open_loans:
        return redirect("creditquery:loan")
    chosen = _chosen(request, open_loans)
    form = ConsentForm(request.POST or None, loans=open_loans, initial={"loan": chosen.pk})
    if not form.is_valid():
        context = {"form": form, **agreement(chosen, Purpose.LOAN)}
        return render(request, "creditquery/consent.html", context)
    query = queries.wish(
        person=request.user,
        loan=form.cleaned_data["loan"] or chosen,
        purpose=Purpose.LOAN,
        now=timezone.now(),
    )
    return sign_or_confirm(request, query)


def sign_or_confirm(request: Any, query: CreditQuery) -> HttpResponse:
    """Sign at once with the code that the session proved itself by, else ask for one first."""
    verification = recent_verification(request, _code_purpose(query), timezone.now())
    if query.state != QueryState.CREATED:
        messages.info(request, _("You have a query for this loan already. Here it is."))
    elif verification is None:
        return redirect("creditquery:sign", query.request_no)
    else:
        _sign(request, query, str(verification.pk))
    return redirect("creditquery:progress", query.request_no)


@require_http_methods(["GET", "POST"])
@identity_required
@never_cache
def sign(request: Any, request_no: str) -> HttpResponse:
    """Sign what was agreed to before the code; nothing of it has to be entered again."""
    query = query_or_404(request, request_no)
    if query.state != QueryState.CREATED:
        return redirect("creditquery:progress", request_no)
    verification = recent_verification(request, _code_purpose(query), timezone.now())
    if verification is None:
        return to_step_up(request, _code_purpose(query))
    if request.method == "POST":
        _sign(request, query, str(verification.pk))
        return redirect("creditquery:progress", request_no)
    context = {"query": query, **agreement(query.loan, query.purpose)}
    return render(request, "creditquery/sign.html", context)


def _code_purpose(query: CreditQuery) -> str:
    """What the code that signs is for: its message says so in words."""
    guarantees = query.purpose == Purpose.GUARANTEE
    return CodePurpose.GUARANTOR if guarantees else CodePurpose.CONSENT


def _sign(request: Any, query: CreditQuery, signed_with: str) -> None:
    queries.sign(
        query=query,
        identity=request.identity,
        language=get_language() or "zh-hans",
        signed_with=signed_with,
        now=timezone.now(),
    )


def _chosen(request: HttpRequest, open_loans: Any) -> LoanApplication:
    wanted = request.POST.get("loan") or request.GET.get("loan", "")
    return next((loan for loan in open_loans if str(loan.pk) == wanted), open_loans[0])


def agreement(loan: LoanApplication, purpose: str) -> dict[str, Any]:
    """What _loan_facts.html shows before anybody agrees."""
    language = get_language() or "zh-hans"
    text = consents.written_out(loan=loan, purpose=purpose, language=language)
    return {
        "loan": loan,
        "text": text,
        "purpose": Purpose(purpose).label,
        "consent_days": settings.CONSENT_VALID_DAYS,
        "keep_days": settings.REPORT_KEEP_DAYS,
    }


# --- How it goes ----------------------------------------------------------------------------


@require_GET
@borrower_required
@never_cache
def progress(request: Any, request_no: str) -> HttpResponse:
    query = query_or_404(request, request_no)
    context = {
        "query": query,
        "progress": selectors.progress(query, timezone.now()),
        "steps": STEPS,
        "slow_words": SLOW,
        "can_cancel": query.state in QUERY_CANCELLABLE - UNCANCELLED,
        "reviewable": query.state in QUERY_REVIEWABLE,
    }
    return render(request, "creditquery/progress.html", context)


@require_GET
@borrower_required
@never_cache
def progress_json(request: Any, request_no: str) -> JsonResponse:
    query = query_or_404(request, request_no)
    return JsonResponse(selectors.progress(query, timezone.now()).as_json())


@require_POST
@borrower_required
def cancel(request: Any, request_no: str) -> HttpResponse:
    try:
        queries.cancel(query=query_or_404(request, request_no), now=timezone.now())
    except queries.TooLate:
        messages.warning(
            request,
            _(
                "It is too late to cancel: the bureau may have made the inquiry already. "
                "You may still withdraw your consent."
            ),
        )
    return redirect("creditquery:progress", request_no)


@require_http_methods(["GET", "POST"])
@borrower_required
@never_cache
def withdraw(request: Any, request_no: str) -> HttpResponse:
    """Withdraw the consent, after a page that says what that does."""
    query = query_or_404(request, request_no)
    if query.consent is None or query.consent.withdrawn_at is not None:
        return redirect("creditquery:progress", request_no)
    if request.method == "GET":
        return render(request, "creditquery/withdraw.html", {"query": query})
    queries.withdraw(query=query, now=timezone.now())
    messages.success(request, _("Your consent is withdrawn."))
    return redirect("creditquery:progress", request_no)
