"""Forms only read what was typed. What is right and wrong is said by the verbs, to every door alike."""

from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.timezone import get_current_timezone

from accounts.access import TOKENS_CUSTOM, Actor
from accounts.grants import EMPTY, GrantError, Grants
from accounts.models import Membership, ServiceUser
from audit import clock
from tokens import custom, custom_forms, ends, metadata, networks, picker, subjects
from tokens.custom_forms import CUSTOM as CUSTOM_TYPE
from tokens.drafts import Draft
from tokens.ends import Picked
from tokens.kinds import Kind
from tokens.models import Token
from tokens.policy import rules_of
from tokens.rules import Rules
from tokens.subjects import Subject

TYPES = (Kind.PERSONAL, Kind.TENANT)  # a service token is a personal one whose subject is a service user


class TokenForm(forms.Form):
    """Everything that makes a draft. Nothing is required here: the verb reports all problems at once."""

    kind = forms.ChoiceField(
        choices=[*((kind.value, kind.label) for kind in Kind), (CUSTOM_TYPE, "Custom")], required=False
    )
    subject = forms.CharField(required=False)
    name = forms.CharField(required=False)
    description = forms.CharField(required=False, widget=forms.Textarea)
    expires = forms.CharField(required=False)
    until = forms.CharField(required=False)
    offered = forms.CharField(required=False)
    networks = forms.CharField(required=False, widget=forms.Textarea)
    metadata = forms.CharField(required=False, widget=forms.Textarea)
    key = forms.CharField(required=False, max_length=64)
    password = forms.CharField(required=False, strip=False)

    def __init__(self, *args: Any, actor: Actor, moved: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        self.moved = moved

    @property
    def rules(self) -> Rules:
        assert self.actor.tenant
        return rules_of(self.actor.tenant)

    @property
    def chosen_type(self) -> Kind:
        value = self["kind"].value()
        if self.is_custom:
            return Kind.TENANT
        return Kind(value) if value in TYPES else Kind.PERSONAL

    @cached_property
    def chosen_subject(self) -> Subject | None:
        """Oneself or a service user; None for what may not be chosen."""
        return subjects.chosen(self["subject"].value() or "", by=self.actor)

    @property
    def acts_as(self) -> Subject | None:
        """None is the tenant, for which custom permissions act too unless a service user is chosen."""
        if self.is_custom:
            return self.chosen_subject if self.chosen_subject and self.chosen_subject.service_user else None
        return self.chosen_subject if self.chosen_type is Kind.PERSONAL and not self.awaits_subject else None

    @property
    def awaits_subject(self) -> bool:
        """Whether service users alone are left to act as or for, and none is chosen yet."""
        subject, rules = self.chosen_subject, self.rules
        if not rules.allows(Kind.SERVICE):
            return False
        if self.is_custom:
            able = self.actor.can(TOKENS_CUSTOM) and not subjects.may_be_tenant(self.actor, rules)
            return able and self.acts_as is None
        only = not rules.allows(Kind.PERSONAL) and self.chosen_type is Kind.PERSONAL
        return only and bool(subject and subject.is_me)

    @property
    def chosen_kind(self) -> Kind:
        """What is stored: the type is the form's."""
        if self.awaits_subject:
            return Kind.SERVICE
        return self.acts_as.kind if self.acts_as else self.chosen_type

    @property
    def is_custom(self) -> bool:
        """Single permissions on single targets: a type on this form, no kind of token."""
        return bool(self["kind"].value() == CUSTOM_TYPE)

    @property
    def typed(self) -> custom.Typed:
        """The rows of custom permissions, and what is half chosen."""
        rows: Grants = self.initial.get("rows", EMPTY)
        data: Any = self.data
        return custom_forms.read(data) if self.is_bound else custom.Typed(custom.rows_of(rows))

    @property
    def chosen_grants(self) -> Grants:
        if self.is_custom:
            return Grants(self.typed.rows)
        if self.is_bound:
            return picker.chosen_or_nothing(self.data)
        grants: Grants = self.initial.get("grants", EMPTY)
        return grants

    @property
    def ticked(self) -> Grants:
        """What the picker shows: under custom permissions it keeps what was ticked before."""
        if self.is_custom and self.is_bound:
            return picker.chosen_or_nothing(self.data)
        return EMPTY if self.is_custom else self.chosen_grants

    @property
    def picked(self) -> Picked:
        """Of the section that says when it ends."""
        return Picked(*(self[name].value() or "" for name in ("expires", "until", "offered")))

    @property
    def chosen_end(self) -> datetime | None:
        """For the summary: None for no end and for nothing sensible chosen."""
        return self._end({})

    def following(self) -> "TokenForm":
        """The same for the kind that is chosen now, which may end when another could not. `moved` tells of it."""
        typed: Any = self.data
        data = typed.copy()
        picked, moved = ends.follow(self.picked, self.chosen_kind, self.rules, clock.now(), get_current_timezone())
        for name in ("expires", "until", "offered"):
            data[name] = getattr(picked, name)
        return TokenForm(data, actor=self.actor, moved=moved)

    def draft(self) -> Draft:
        """What was asked for, with what could not even be read in `problems`."""
        self.full_clean()
        problems: dict[str, str] = {name: str(found[0]) for name, found in self.errors.items()}
        given = self.cleaned_data
        return Draft(
            kind=self.chosen_kind,
            name=given.get("name", ""),
            description=given.get("description", "").replace("\r\n", "\n"),
            grants=self._grants(problems),
            expiry=f"{given.get('expires', '')} {given.get('until', '')}".strip(),
            expires_at=self._end(problems),
            networks=self._networks(problems),
            metadata=self._metadata(problems),
            problems=problems,
            service_user=self._service_user(problems),
            member=self._member(),
        )

    def refuse(self, error: ValidationError) -> None:
        """Show a verb's objections beside their fields."""
        if hasattr(error, "error_dict"):
            for told, problems in error.error_dict.items():
                name = "subject" if told == "member" else told
                if name not in self.errors:
                    self._add(name, problems)
        else:
            self.add_error(None, error)

    def problems(self) -> list[tuple[str, str]]:
        """Field and message in the order of the page, for the summary on top."""
        fields = ["kind", "subject", "name", "description", "scopes", "expires", "networks", "metadata", "password"]
        found = {name: [str(message) for message in messages] for name, messages in self.errors.items()}
        places = {"scopes": "permissions"} if self.is_custom else {}
        return [(places.get(name, name), message) for name in [*fields, "__all__"] for message in found.get(name, [])]

    def _add(self, name: str, problems: list[ValidationError]) -> None:
        """Scopes are no Django field: the picker is many fields with one message."""
        messages = [message for problem in problems for message in problem.messages]
        self.errors.setdefault(name, self.error_class()).extend(messages)

    def _grants(self, problems: dict[str, str]) -> Grants:
        try:
            data: Any = self.data
            return custom_forms.grants_in(data) if self.is_custom else picker.chosen_in(self.data)
        except GrantError as error:
            problems["scopes"] = str(error)
            return EMPTY

    def _service_user(self, problems: dict[str, str]) -> ServiceUser | None:
        if self.chosen_type is not Kind.PERSONAL and not self.is_custom:
            return None
        if self.chosen_subject is None:
            problems["subject"] = subjects.UNKNOWN
            return None
        return self.chosen_subject.service_user

    def _member(self) -> Membership | None:
        """Who is to claim it, if not oneself."""
        subject = self.chosen_subject if self.chosen_type is Kind.PERSONAL else None
        return subject.member if subject else None

    def _networks(self, problems: dict[str, str]) -> str:
        try:
            return networks.canonical(self.cleaned_data.get("networks", ""))
        except ValueError as error:
            problems["networks"] = str(error)
            return ""

    def _metadata(self, problems: dict[str, str]) -> dict[str, Any]:
        try:
            found: dict[str, Any] = metadata.read(self.cleaned_data.get("metadata", ""))
        except ValueError as error:
            problems["metadata"] = str(error)
            return {}
        return found

    def _end(self, problems: dict[str, str]) -> datetime | None:
        now = clock.now()
        try:
            return self.picked.end(now, self.rules.latest_end(self.chosen_kind, now), get_current_timezone())
        except ValueError as error:
            problems["expires"] = str(error)
            return None


def blank(actor: Actor, like: Token | None, subject: str = "") -> TokenForm:
    """A new form, or one that repeats what another token is like, or one for a subject."""
    initial: dict[str, Any] = {"kind": _first_type(actor), "key": uuid4().hex}
    if subjects.chosen(subject, by=actor):
        initial["subject"] = subject
    if like:
        mine = like.grants & actor.grants
        initial |= {"name": like.name, "description": like.description, "networks": "\n".join(like.networks)}
        initial |= {"grants": Grants(grant for grant in mine if not grant.target_type)}
        initial |= {"metadata": metadata.as_text(like.metadata)}
        if like.token_kind is Kind.TENANT and actor.manages_tokens:
            initial["kind"] = Kind.TENANT
        if like.service_user and subjects.chosen(subjects.value_of(like.service_user), by=actor):
            initial["subject"] = subjects.value_of(like.service_user)
        if any(grant.target_type for grant in mine) and custom_forms.is_offered(actor):
            initial |= {"kind": CUSTOM_TYPE, "rows": mine}
    form = TokenForm(initial=initial, actor=actor)
    offered = ends.first(form.chosen_kind, form.rules, clock.now())
    form.initial.update(expires=offered, offered=offered)
    return form


def _first_type(actor: Actor) -> Kind:
    """Personal, unless that leaves nobody to act as and the tenant is left."""
    assert actor.tenant
    rules = rules_of(actor.tenant)
    if rules.allows(Kind.PERSONAL) or not subjects.may_be_tenant(actor, rules):
        return Kind.PERSONAL
    return Kind.PERSONAL if subjects.may_be_service_user(actor, rules) else Kind.TENANT


class EditForm(forms.Form):
    name = forms.CharField(required=False)
    description = forms.CharField(required=False, widget=forms.Textarea)


class RevokeForm(forms.Form):
    """The end of the token id is typed by hand: nobody revokes the wrong one by a slip."""

    confirm = forms.CharField(required=False)
    reason = forms.CharField(required=False)

    def __init__(self, *args: Any, token: Token, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.token = token

    def clean_confirm(self) -> str:
        typed: str = self.cleaned_data["confirm"]
        if typed.lower() != self.token.short_id:
            raise ValidationError(f"Type {self.token.short_id} to confirm. Nothing was revoked.")
        return typed


class RevokeManyForm(forms.Form):
    """The number of tokens is typed by hand: whoever types it has read it, and a set that changed is shown again."""

    confirm = forms.CharField(required=False)
    reason = forms.CharField(required=False)
    password = forms.CharField(required=False, strip=False)

    def __init__(self, *args: Any, count: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.count = count

    def clean_confirm(self) -> str:
        typed: str = self.cleaned_data["confirm"]
        if not self.count:
            raise ValidationError("There is nothing to revoke: no running token matches.")
        if typed != str(self.count):
            raise ValidationError(f"Type {self.count} to confirm. Nothing was revoked.")
        return typed
