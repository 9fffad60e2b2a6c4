"""The token policy of a tenant and the platform's limits: what holds, what a change would do, and saving it."""

from http import HTTPStatus

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import POLICY_WRITE
from accounts.http import Request
from accounts.models import Tenant
from tokens import foresight, limits_ahead, policy, policy_changes, policy_words
from tokens.foresight import Foresight
from tokens.policy_form import PolicyForm, query_of

SHOWN = 20
NAMED = 5


@require_safe
def index(request: Request) -> HttpResponse:
    """What holds or will hold, to be changed. An address with a day in it is a form that is being changed."""
    return _edit(request, _form(request, bound="on" in request.GET))


@require_http_methods(["GET", "HEAD", "POST"])
def review(request: Request) -> HttpResponse:
    """Which live tokens a change touches, and when; POST saves it. The address holds the change, so this can be read
    page by page. For htmx the same in short."""
    tenant, form = _tenant(request), _form(request, bound=True)
    if not _stands(form, tenant):
        return _edit(request, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    question = foresight.asked(tenant, form.rules, on=form.begins, by=request.actor)
    seen = foresight.foresee(question)
    context = _context(request, form, seen)
    if request.htmx.target == "effect":
        return render(request, "tokens/policy.html#effect", context)
    if request.method == "POST" and _is_confirmed(form, seen):
        return _save(request, form)
    shown = foresight.read(question, request.GET.get("cursor", ""), size=SHOWN)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "tokens/policy_review.html", {**context, "page": shown}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: Request) -> HttpResponse:
    """Say what holds then; POST forgets a planned change."""
    request.actor.must(POLICY_WRITE)
    day = policy.policy_of(_tenant(request)).next_from
    if request.method != "POST" and day:
        part = "#dialog" if request.htmx else ""
        return render(request, f"tokens/withdraw_change.html{part}", {"day": day})
    if request.method != "POST":
        return redirect("tokens:policy", tenant=_tenant(request).slug)
    done = policy.withdraw(_tenant(request), by=request.actor)
    messages.success(request, "The planned change is withdrawn" if done else "There is no planned change any more")
    return redirect("tokens:policy", tenant=_tenant(request).slug)


def _save(request: Request, form: PolicyForm) -> HttpResponse:
    tenant = _tenant(request)
    policy_changes.save(tenant, form.rules, on=form.begins, by=request.actor)
    said = f"The policy changes on {form.begins:%-d %b %Y, %H:%M} UTC" if form.begins else "The policy is changed"
    messages.success(request, said)
    return redirect("tokens:policy", tenant=tenant.slug)


def _is_confirmed(form: PolicyForm, seen: Foresight) -> bool:
    """What stops something at once is said twice."""
    if form.begins is None and seen.effects and not form.given.get("confirm"):
        form.add_error("confirm", "Tick this, or go back and choose a later day.")
    return not form.errors


def _stands(form: PolicyForm, tenant: Tenant) -> bool:
    if form.errors:
        return False
    try:
        policy.validate(form.rules, policy.limits_on(tenant).rules)
        policy.must_come(form.begins)
    except ValidationError as error:
        form.refuse(error)
    return not form.errors


def _edit(request: Request, form: PolicyForm, status: HTTPStatus = HTTPStatus.OK) -> HttpResponse:
    request.actor.must(POLICY_WRITE)
    seen = None
    if form.is_bound and not form.errors and _stands(form, _tenant(request)):
        tenant, by = _tenant(request), request.actor
        seen = foresight.foresee(foresight.asked(tenant, form.rules, on=form.begins, by=by))
    template = "tokens/policy.html#effect" if request.htmx.target == "effect" else "tokens/policy.html"
    later = foresight.planned(_tenant(request), by=request.actor)
    told = policy_words.effects(later, form.policy.next_from) if later else []
    context = {**_context(request, form, seen), **_limits(request), "pending_lines": told}
    return render(request, template, context, status=status)


def _context(request: Request, form: PolicyForm, seen: Foresight | None) -> dict[str, object]:
    before = form.policy.rules
    return {
        "form": form,
        "policy": form.policy,
        "query": form.query if form.is_bound else "",
        "pending_query": query_of(form.policy.next_rules, form.policy.next_from)
        if form.policy.next_rules and form.policy.next_from
        else "",
        "pending": policy_words.changes(before, form.policy.next_rules) if form.policy.next_rules else [],
        "changes": policy_words.changes(before, form.rules) if form.is_bound else [],
        "seen": seen,
        "lines": policy_words.effects(seen, form.begins) if seen else [],
        "named": seen.effects[:NAMED] if seen else [],
        "unnamed": max(len(seen.effects) - NAMED, 0) if seen else 0,
    }


def _limits(request: Request) -> dict[str, object]:
    """The platform's limits that are still to come, and what they do here."""
    ahead = limits_ahead.planned(_tenant(request), by=request.actor)
    if ahead is None:
        return {}
    return {
        "ahead": ahead,
        "ahead_changes": policy_words.changes(ahead.before, ahead.after),
        "ahead_lines": policy_words.effects(ahead.seen, ahead.on),
        "ahead_named": ahead.seen.effects[:NAMED],
    }


def _form(request: Request, *, bound: bool) -> PolicyForm:
    tenant = _tenant(request)
    request.actor.must(POLICY_WRITE)
    data = request.POST if request.method == "POST" else request.GET
    bounds = policy.limits_on(tenant).rules
    return PolicyForm(data if bound else None, policy=policy.policy_of(tenant), bounds=bounds)


def _tenant(request: Request) -> Tenant:
    assert request.actor.tenant
    return request.actor.tenant
