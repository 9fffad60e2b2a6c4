"""The platform's token limits, which every tenant's policy lies within: for platform admins."""

from http import HTTPStatus

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import Request
from tokens import foresight, policy, policy_changes, policy_words
from tokens.policy_form import PolicyForm, query_of
from tokens.rules import UNLIMITED


@require_safe
def index(request: Request) -> HttpResponse:
    """What holds or will hold, to be changed."""
    return _edit(request, _form(request, bound="on" in request.GET))


@require_http_methods(["GET", "HEAD", "POST"])
def review(request: Request) -> HttpResponse:
    """In which tenants live tokens are touched; POST saves. Whose tokens they are is the tenants' business."""
    form = _form(request, bound=True)
    if not _stands(form):
        return _edit(request, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    touched = foresight.touched_tenants(form.rules, on=form.begins, by=request.actor)
    if request.method == "POST":
        if form.begins is None and touched and not form.given.get("confirm"):
            form.add_error("confirm", "Tick this, or go back and choose a later day.")
        else:
            return _save(request, form)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "tokens/limits_review.html", {**_context(form), "touched": touched}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: Request) -> HttpResponse:
    """Say what holds then; POST forgets a planned change."""
    request.actor.must_govern(policy.LIMITS)
    day = policy.limits().next_from
    if request.method != "POST" and day:
        part = "#dialog" if request.htmx else ""
        return render(request, f"tokens/withdraw_change.html{part}", {"day": day, "platform": True})
    if request.method != "POST":
        return redirect("limits")
    done = policy.withdraw_limits(by=request.actor)
    messages.success(request, "The planned change is withdrawn" if done else "There is no planned change any more")
    return redirect("limits")


def _save(request: Request, form: PolicyForm) -> HttpResponse:
    policy_changes.limit(form.rules, on=form.begins, by=request.actor)
    said = f"The limits change on {form.begins:%-d %b %Y, %H:%M} UTC" if form.begins else "The limits are changed"
    messages.success(request, said)
    return redirect("limits")


def _stands(form: PolicyForm) -> bool:
    if form.errors:
        return False
    try:
        policy.validate(form.rules)
        policy.must_come(form.begins)
    except ValidationError as error:
        form.refuse(error)
    return not form.errors


def _edit(request: Request, form: PolicyForm, status: HTTPStatus = HTTPStatus.OK) -> HttpResponse:
    return render(request, "tokens/limits.html", _context(form), status=status)


def _context(form: PolicyForm) -> dict[str, object]:
    before, later, day = form.policy.rules, form.policy.next_rules, form.policy.next_from
    return {
        "form": form,
        "policy": form.policy,
        "platform": True,
        "pending": policy_words.changes(before, later) if later else [],
        "pending_query": query_of(later, day) if later and day else "",
        "changes": policy_words.changes(before, form.rules) if form.is_bound else [],
        "query": form.query if form.is_bound else "",
    }


def _form(request: Request, *, bound: bool) -> PolicyForm:
    request.actor.must_govern(policy.LIMITS)
    data = request.POST if request.method == "POST" else request.GET
    return PolicyForm(data if bound else None, policy=policy.limits(), bounds=UNLIMITED)
