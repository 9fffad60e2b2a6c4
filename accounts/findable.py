"""By what people, service users and resources are found. It outlives them, as their tokens do."""

from accounts import search
from accounts.models import Membership, Resource, ServiceUser


def member(membership: Membership) -> search.Entry:
    who = membership.user
    return search.Entry(search.Kind.MEMBER, membership.pk, membership.tenant_id, who.name, who.email)


def service_user(one: ServiceUser) -> search.Entry:
    more = f"{one.purpose} {one.contact_email}"
    return search.Entry(search.Kind.SERVICE_USER, one.pk, one.tenant_id, one.name, more)


def resource(one: Resource) -> search.Entry:
    return search.Entry(search.Kind.RESOURCE, one.pk, one.tenant_id, one.name, one.external_id)
