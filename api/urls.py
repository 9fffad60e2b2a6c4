"""The machine door."""

from django.urls import include, path

from api.rest.docs import docs

urlpatterns = [
    path("v1/docs", docs, name="api-docs"),
    path("v1/", include("api.rest.app")),
]
