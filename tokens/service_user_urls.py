"""Service users of one tenant. The tenant's slug is in front of these, see portal.urls."""

from django.urls import path

from tokens.views import service_user_access as access
from tokens.views import service_user_changes as changes
from tokens.views import service_users as pages

app_name = "service-users"

urlpatterns = [
    path("", pages.index, name="list"),
    path("new/", pages.create, name="create"),
    path("people/", pages.people, name="people"),
    path("<uuid:service_user>/", pages.detail, name="detail"),
    path("<uuid:service_user>/edit/", pages.edit, name="edit"),
    path("<uuid:service_user>/access/new/", access.add, name="add-grant"),
    path("<uuid:service_user>/access/remove/", access.remove, name="remove-grant"),
    path("<uuid:service_user>/managers/new/", changes.add_manager, name="add-manager"),
    path("<uuid:service_user>/managers/<uuid:member>/remove/", changes.remove_manager, name="remove-manager"),
    path("<uuid:service_user>/disable/", changes.disable, name="disable"),
    path("<uuid:service_user>/enable/", changes.enable, name="enable"),
    path("<uuid:service_user>/delete/", changes.delete, name="delete"),
]
