"""Settings > Developers of one tenant. The tenant's slug is in front of these, see portal.urls."""

from django.urls import path

from tokens.views import changing, choosing, claiming, creating, owning, policy, reading, revoking_many

app_name = "tokens"

urlpatterns = [
    path("tokens/", reading.index, name="list"),
    path("tokens/whose/", choosing.whose, name="whose"),
    path("tokens/new/", creating.create, name="create"),
    path("tokens/new/summary/", creating.summary, name="summary"),
    path("tokens/revoke/", revoking_many.revoke_many, name="revoke-many"),
    path("tokens/revoke/whose/", choosing.whose_to_revoke, name="whose-to-revoke"),
    path("tokens/<uuid:pk>/", reading.detail, name="detail"),
    path("tokens/<uuid:pk>/edit/", changing.edit, name="edit"),
    path("tokens/<uuid:pk>/scopes/", changing.narrow, name="narrow"),
    path("tokens/<uuid:pk>/scopes/left/", changing.narrowing, name="narrowing"),
    path("tokens/<uuid:pk>/revoke/", changing.revoke, name="revoke"),
    path("policy/", policy.index, name="policy"),
    path("policy/review/", policy.review, name="review-policy"),
    path("policy/withdraw/", policy.withdraw, name="withdraw-policy"),
    path("tokens/<uuid:pk>/claim/", claiming.claim, name="claim"),
    path("tokens/<uuid:pk>/decline/", claiming.decline, name="decline"),
    path("tokens/<uuid:pk>/withdraw/", claiming.withdraw, name="withdraw"),
    path("tokens/<uuid:pk>/renew/", claiming.renew, name="renew"),
    path("tokens/<uuid:pk>/take-over/", owning.take_over, name="take-over"),
    path("tokens/<uuid:pk>/give/", owning.give, name="give"),
    path("scopes/", reading.scopes, name="scopes"),
]
