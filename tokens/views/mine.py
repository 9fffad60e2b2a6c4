"""One's own tokens in every tenant: a person may not remember where they made one."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.http import Request
from audit.keyset import Phase, page
from tokens.models import Token

TOKENS_PER_PAGE = 50


@require_safe
def index(request: Request) -> HttpResponse:
    """The newest first. Each leads into its tenant, whose rules decide what can be done with it there."""
    mine = Token.objects.of_person(request.user.pk).with_subject()
    shown = page([Phase(mine, ("-id",))], request.GET.get("cursor", ""), size=TOKENS_PER_PAGE)
    return render(request, "tokens/mine.html", {"page": shown})
