"""Settings > Roles: what each role allows, who has it, and what changing it does to live tokens."""

from dataclasses import dataclass
from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts import memberships, own_roles, role_moves, roles
from accounts.access import ROLES_WRITE
from accounts.grants import EMPTY
from accounts.http import Request
from accounts.installed import catalogue
from accounts.models import Role
from audit.keyset import Phase, page
from tokens import foresight, picker, role_foresight
from tokens.foresight import Asks, Foresight, Shown
from tokens.role_form import RoleForm

ROLES_PER_PAGE = 20
COMPARED = 8  # roles that fit side by side
SHOWN = 20


@dataclass(frozen=True, slots=True)
class Compared:
    """One row of the matrix: what each role may do with one thing, in the order of the columns."""

    name: str
    place: str
    cells: list[str]


@require_safe
def index(request: Request) -> HttpResponse:
    """The built-in roles, the tenant's own, and what each allows."""
    known = roles.known_to(request.actor)
    own = page(
        [Phase(known.filter(tenant=request.actor.tenant), ("id",))], request.GET.get("cursor", ""), size=ROLES_PER_PAGE
    )
    built_in = list(known.filter(tenant=None))
    columns = [*built_in, *own][:COMPARED]
    counts = role_moves.numbers(request.actor)
    context = {
        "built_in": [(role, counts.get(role.pk, 0)) for role in built_in],
        "own": [(role, counts.get(role.pk, 0)) for role in own],
        "page": own,
        "columns": columns,
        "areas": _matrix(columns),
    }
    return render(request, "tokens/roles.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def create(request: Request) -> HttpResponse:
    """A role of the tenant's own, empty or like another one."""
    request.actor.must(ROLES_WRITE)
    form = RoleForm(request.POST or None, initial=_like(request), actor=request.actor)
    if request.method == "POST" and form.is_valid():
        try:
            made = own_roles.create([form.wanted], by=request.actor)[0]
            return _done(request, f"The role {made} is created")
        except ValidationError as error:
            form.refuse(error)
    return _show(request, form, None, None)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: Request, role: UUID) -> HttpResponse:
    """Words and rights. What live tokens lose is shown first, and confirmed."""
    return _edited(request, _own(request, role))


def _edited(request: Request, role: Role) -> HttpResponse:
    own_roles.must_manage(role, request.actor)
    form = RoleForm(request.POST or None, role=role, actor=request.actor)
    question = role_foresight.if_it_allowed(role, form.grants, by=request.actor)
    seen = foresight.foresee(question) if form.is_bound else None
    listed = {"shown": _page_of(request, question)} if seen else {}
    if request.htmx.target == "effect":
        return render(request, "tokens/role_form.html#effect", {"seen": seen, "form": form, "role": role, **listed})
    if request.method == "POST" and not _turns(request) and form.is_valid() and _is_confirmed(form, seen):
        try:
            wanted = form.wanted
            by, said = request.actor, wanted.description
            own_roles.edit(role, by=by, name=wanted.name, description=said, grants=wanted.grants)
            return _done(request, f"The role {role} is changed")
        except ValidationError as error:
            form.refuse(error)
    return _show(request, form, role, seen, **listed)


@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: Request, role: UUID) -> HttpResponse:
    """Whoever has it gets another role, chosen here; then what live tokens lose is confirmed, and it goes."""
    return _deleted(request, _own(request, role))


def _deleted(request: Request, role: Role) -> HttpResponse:
    by = request.actor
    own_roles.must_manage(role, by)
    people, workers = role_moves.members_of(role, by=by).count(), role_moves.service_users_of(role, by=by).count()
    offered = [one for one in memberships.roles_to_give(by) if one.pk != role.pk] if by.manages_members else []
    data = request.POST if request.method == "POST" else request.GET
    to = next((one for one in offered if str(one.pk) == data.get("to")), None)
    question, problem = role_foresight.if_it_went(role, to, by=by), ""
    seen = foresight.foresee(question)
    if request.method == "POST" and not _turns(request):
        try:
            problem = "Tick this to delete the role." if "confirm" not in data else ""
            if not problem:
                role_moves.delete(role, to=to, by=by)
                return _done(request, f"The role {role} is deleted")
        except ValidationError as error:
            problem = " ".join(error.messages)
    context: dict[str, object] = {
        "role": role,
        "people": people,
        "workers": workers,
        "offered": offered,
        "to": to,
        "seen": seen,
    }
    context |= {"shown": _page_of(request, question), "problem": problem}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK
    return render(request, "tokens/role_delete.html", context, status=status)


def _page_of(request: Request, question: Asks) -> Shown:
    """The tokens that something is lost to: those that the form asked for, else the first ones."""
    return foresight.read(question, request.POST.get("cursor", ""), size=SHOWN)


def _turns(request: Request) -> bool:
    """Whether a button was pressed that only looks at other tokens: then nothing is saved."""
    return "cursor" in request.POST


def _is_confirmed(form: RoleForm, seen: Foresight | None) -> bool:
    if seen and seen.effects and not form.cleaned_data["confirm"]:
        form.add_error("confirm", "Look at what these tokens lose, and tick this.")
    return not form.errors


def _show(
    request: Request, form: RoleForm, role: Role | None, seen: Foresight | None, shown: Shown | None = None
) -> HttpResponse:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    groups = picker.groups(catalogue(), chosen=form.grants, available=request.actor.grants)
    context = {"form": form, "role": role, "seen": seen, "groups": groups, "shown": shown}
    return render(request, "tokens/role_form.html", context, status=status)


def _done(request: Request, said: str) -> HttpResponse:
    assert request.actor.tenant
    messages.success(request, said)
    return redirect("roles:list", tenant=request.actor.tenant.slug)


def _own(request: Request, pk: UUID) -> Role:
    found = own_roles.one(pk, by=request.actor)
    if found is None or (found.tenant_id is None and request.method == "POST"):
        raise Http404
    return found


def _like(request: Request) -> dict[str, object]:
    """The role that a new one should be like, as far as one has it oneself."""
    try:
        pk = UUID(request.GET.get("like", ""))
    except ValueError:
        return {"grants": EMPTY}
    like = get_object_or_404(roles.known_to(request.actor), pk=pk)
    return {"name": f"{like.name}, copy", "description": like.description, "grants": like.grants & request.actor.grants}


def _matrix(columns: list[Role]) -> list[tuple[str, list[Compared]]]:
    """By area, a row for each thing that somebody may do something with."""
    shown = [picker.groups(catalogue(), chosen=role.grants, available=role.grants) for role in columns]
    found = []
    for same in zip(*shown, strict=True):
        rows = [
            Compared(row[0].name, row[0].place, [_cell(one) for one in row])
            for row in zip(*(group.rows for group in same), strict=True)
        ]
        found.append((same[0].name, rows))
    return found


def _cell(row: picker.Row) -> str:
    chosen = [option.label for option in [*row.levels[1:], *row.extras] if option.chosen]
    return ", ".join(chosen)
