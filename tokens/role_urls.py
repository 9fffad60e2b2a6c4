"""Settings > Roles of one tenant. The tenant's slug is in front of these, see portal.urls.

They stand above accounts because a role's effect on tokens is shown before it is saved.
"""

from django.urls import path

from tokens.views import roles

app_name = "roles"

urlpatterns = [
    path("", roles.index, name="list"),
    path("new/", roles.create, name="create"),
    path("<uuid:pk>/edit/", roles.edit, name="edit"),
    path("<uuid:pk>/delete/", roles.delete, name="delete"),
]
