"""The demo's map: the house and the page that the demo alone has."""

from django.urls import path

from portal import outbox_page
from portal import urls as house

urlpatterns = [*house.urlpatterns, path("demo/outbox/", outbox_page.show, name="outbox")]
handler404 = house.handler404
