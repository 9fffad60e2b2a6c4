"""What others offer: djangorestframework-api-key checks a key, django-oauth-toolkit gives a token for a client."""

import json
import os
import sys

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.benchmarks.peer_settings"

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()

from django.core.management import call_command  # noqa: E402 - all of them need Django's models
from django.urls import path  # noqa: E402
from oauth2_provider.models import Application  # noqa: E402
from oauth2_provider.views import TokenView  # noqa: E402
from rest_framework.request import Request  # noqa: E402
from rest_framework.response import Response  # noqa: E402
from rest_framework.views import APIView  # noqa: E402
from rest_framework_api_key.models import APIKey  # noqa: E402

BATCH = 1_000


class Checked(APIView):  # type: ignore[misc]
    """Behind the permission of the settings."""

    def get(self, request: Request) -> Response:
        return Response(status=204)


urlpatterns = [path("checked", Checked.as_view()), path("token", TokenView.as_view())]


def settle(count: int) -> None:
    """`count` keys and a client; prints a key and the client's pair."""
    call_command("migrate", verbosity=0)
    _, key = APIKey.objects.create_key(name="measured")
    others = [APIKey(name=str(number)) for number in range(count - 1)]
    for other in others:
        APIKey.objects.assign_key(other)
    APIKey.objects.bulk_create(others, batch_size=BATCH)
    client = Application(
        name="measured",
        client_type=Application.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Application.GRANT_CLIENT_CREDENTIALS,
        client_id="measured",
        client_secret="0" * 43,
        hash_client_secret=False,  # its own default costs 380 ms a request
    )
    client.save()
    print(json.dumps({"key": key, "client_id": client.client_id, "client_secret": client.client_secret}))


if __name__ == "__main__":
    settle(int(sys.argv[1]))
