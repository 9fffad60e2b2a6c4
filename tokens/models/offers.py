"""What is kept of a token that was made for somebody else."""

from django.db import models

from audit import clock
from tokens.expiry import Lifetime
from tokens.models.token import Token
from tokens.sets import OfferQuerySet


class Offer(models.Model):
    """The link with which somebody claims a token that was made for them: of its code a hash is kept.

    `lifetime` is what was chosen, and starts at the claim; without one the token's end is a fixed moment. Whether it
    can be claimed stands on the token, which every check and list reads anyway. The last mail went out at `sent_at`,
    unless it is `undelivered`: the mail server did not take it.
    """

    token = models.OneToOneField(Token, on_delete=models.CASCADE, primary_key=True, related_name="offer")
    code_hash = models.CharField(max_length=64, unique=True)
    lifetime = models.CharField(max_length=8, blank=True, choices=[(one.value, one.label) for one in Lifetime])
    offered_at = models.DateTimeField(default=clock.now, editable=False)
    sent_at = models.DateTimeField(default=clock.now, editable=False)
    undelivered = models.BooleanField(default=False)
    claimed_at = models.DateTimeField(null=True)
    is_declined = models.BooleanField(default=False)

    objects = OfferQuerySet.as_manager()

    def __str__(self) -> str:
        return f"Offer of {self.token_id}"

    @property
    def life(self) -> Lifetime | None:
        return Lifetime(self.lifetime) if self.lifetime else None
