from typing import Any, Self
from uuid import UUID

from django.db import models
from django.db.models import F, Q

from audit import clock
from audit.actions import Action, Topic, choices
from audit.ids import uuid7
from audit.lookups import InAny


class EventQuerySet(models.QuerySet["Event"]):
    def of_tenant(self, tenant_id: UUID) -> Self:
        return self.filter(tenant_id=tenant_id)

    def of_the_platform(self) -> Self:
        return self.filter(tenant_id=None)

    def about(self, target_id: object) -> Self:
        return self.filter(target_id=str(target_id))

    def on_topic(self, topic: Topic) -> Self:
        return self.filter(action__in=[action for action in Action if action.topic == topic])

    def by(self, actor_id: str) -> Self:
        return self.filter(actor_id=actor_id)

    def actors_among(self, ids: list[str]) -> set[str]:
        """Which of these ids, not hundreds, ever did something; whoever did much is not read to the end."""
        newest = [self.by(one).order_by("-id").values("pk")[:1].query for one in ids]
        return set(self.model.objects.filter(InAny(F("pk"), newest)).values_list("actor_id", flat=True))

    def since(self, moment: Any) -> Self:
        return self.filter(at__gte=moment)

    def matching(self, text: str) -> Self:
        """Free text over who, on what, from where and in which request."""
        needle = Q(actor_label__icontains=text) | Q(target_label__icontains=text) | Q(action__icontains=text)
        return self.filter(needle | Q(target_id__iendswith=text) | Q(address__startswith=text) | Q(request_id=text))


class Event(models.Model):
    """One line of the ledger. It holds plain values, not foreign keys: it outlives what it describes."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    at = models.DateTimeField(default=clock.now)
    tenant_id = models.UUIDField(null=True)
    action = models.CharField(max_length=40, choices=choices)

    actor_kind = models.CharField(max_length=16)
    actor_id = models.CharField(max_length=36)
    actor_label = models.CharField(max_length=254)
    target_kind = models.CharField(max_length=16, blank=True)
    target_id = models.CharField(max_length=36, blank=True)
    target_label = models.CharField(max_length=254, blank=True)

    address = models.CharField(max_length=45, blank=True)
    client = models.CharField(max_length=200, blank=True)
    request_id = models.CharField(max_length=40, blank=True)
    detail = models.JSONField(default=dict)

    # Only events that come in floods are summed: one row per `bucket`, `count` times. Everything else is written once.
    bucket = models.CharField(max_length=120, null=True, unique=True)
    count = models.PositiveIntegerField(default=1)

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["tenant_id", "-id"], name="event_newest"),
            models.Index(fields=["tenant_id", "target_id", "-id"], name="event_about"),
            models.Index(fields=["tenant_id", "actor_id", "-id"], name="event_by"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.action} by {self.actor_label}"

    @property
    def kind(self) -> Action:
        return Action(self.action)

    @property
    def sentence(self) -> str:
        return self.kind.sentence
