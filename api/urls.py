"""The machine door."""

from django.urls import path

from api.me import me

urlpatterns = [
    path("v1/me", me, name="api-me"),
]
