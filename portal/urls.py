"""The map of the house."""

from django.conf import settings
from django.urls import include, path

from accounts.views import hand_over, joining, ledger, resources
from portal import brand_files, outbox_page, tenant_pages, views
from tokens.views import archiving, choosing, claiming, credentials, limits, mine, owning, reading, signing_keys

urlpatterns = [
    path("", views.home, name="home"),
    path("oauth-access-token", views.to_create, name="oauth-access-token"),
    path("oauth-access-token/", views.to_create),
    path("settings/developers/", views.to_list, name="settings-developers"),
    path("settings/developers", views.to_list),
    path("brand/<str:digest>.css", brand_files.stylesheet, name="brand-stylesheet"),
    path("brand/<str:digest>/logo", brand_files.logo, name="brand-logo"),
    path("account/", include("accounts.urls")),
    path("account/tokens/", mine.index, name="my-tokens"),
    path("hand-over/<str:code>", hand_over.open_link, name="hand-over"),
    path("claim/<str:code>", claiming.open_link, name="claim"),
    path("platform/tenants/", tenant_pages.index, name="tenants"),
    path("platform/tenants/new/", tenant_pages.create, name="create-tenant"),
    path("platform/tenants/<uuid:pk>/", tenant_pages.detail, name="platform-tenant"),
    path("platform/tenants/<uuid:pk>/suspend/", tenant_pages.suspend, name="suspend-tenant"),
    path("platform/tenants/<uuid:pk>/resume/", tenant_pages.resume, name="resume-tenant"),
    path("platform/tenants/<uuid:pk>/delete/", tenant_pages.delete, name="delete-tenant"),
    path("invitations/<str:code>/", joining.accept, name="accept-invitation"),
    path("t/<slug:tenant>/", views.to_list_here, name="tenant"),
    path("t/<slug:tenant>/settings/developers/", include("tokens.urls")),
    path("t/<slug:tenant>/settings/roles/", include("tokens.role_urls")),
    path("t/<slug:tenant>/settings/resources/", resources.index, name="resources"),
    path("t/<slug:tenant>/settings/resources/new/", resources.create, name="create-resource"),
    path("t/<slug:tenant>/settings/resources/<uuid:resource>/rename/", resources.rename, name="rename-resource"),
    path("t/<slug:tenant>/settings/resources/<uuid:resource>/archive/", archiving.archive, name="archive-resource"),
    path("t/<slug:tenant>/settings/resources/<uuid:resource>/restore/", resources.restore, name="restore-resource"),
    path("t/<slug:tenant>/settings/members/", include("portal.member_urls")),
    path("t/<slug:tenant>/settings/service-users/", include("tokens.service_user_urls")),
    path("t/<slug:tenant>/settings/needs-owner/", owning.queue, name="needs-owner"),
    path("t/<slug:tenant>/settings/needs-owner/<uuid:service_user>/manage/", owning.manage, name="needs-manager"),
    path("t/<slug:tenant>/settings/audit-log/", ledger.log, name="audit-log"),
    path("t/<slug:tenant>/settings/audit-log/actors/", choosing.actors, name="audit-log-actors"),
    path("platform/guide/", reading.guide, name="guide"),
    path("platform/audit-log/", ledger.platform_log, name="platform-log"),
    path("platform/limits/", limits.index, name="limits"),
    path("platform/limits/review/", limits.review, name="review-limits"),
    path("platform/limits/withdraw/", limits.withdraw, name="withdraw-limits"),
    path("platform/credentials/", credentials.index, name="credentials"),
    path("platform/credentials/new/", credentials.create, name="create-credential"),
    path("platform/credentials/<uuid:pk>/revoke/", credentials.revoke, name="revoke-credential"),
    path("platform/signing-keys/", signing_keys.index, name="signing-keys"),
    path("platform/signing-keys/<str:algorithm>/rotate/", signing_keys.rotate, name="rotate-signing-key"),
    path("api/", include("api.urls")),
    path("", include("api.oauth.urls")),
    path("", include("api.frontegg.urls")),
    path("frontegg/", include("api.frontegg.urls")),
]

if settings.MODE == "demo":  # one-time links are secrets: nowhere else is there such a page
    urlpatterns.append(path("demo/outbox/", outbox_page.show, name="outbox"))

handler400 = "portal.failures.bad_request"
handler403 = "portal.failures.permission_denied"
handler404 = "portal.failures.page_not_found"
handler429 = "portal.failures.too_many"  # allauth's name
handler500 = "portal.failures.server_error"
