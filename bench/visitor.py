"""Somebody who may see a company's pages: in this process, and at the server by her cookie."""

from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts.actions.members import add_member
from accounts.models import Organisation, User
from accounts.rules.actors import COMMAND_LINE
from accounts.rules.roles import Role
from bench.setting import Setting
from bench.world import Company
from kit import tenancy

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Visitor:
    """An owner who is signed in."""

    client: Client
    slug: str

    @property
    def cookie(self) -> str:
        name = settings.SESSION_COOKIE_NAME
        return f"{name}={self.client.cookies[name].value}"

    def url(self, name: str, *ids: int) -> str:
        return reverse(f"console:{name}", args=[self.slug, *ids])


@cache
def visitor(company: Company, setting: Setting) -> Visitor:
    user = User.objects.create_user(f"owner{company.organisation_id}@bench.example")
    add_member(
        organisation_id=company.organisation_id,
        user=user,
        role=Role.OWNER,
        actor=COMMAND_LINE,
        now=setting.now,
    )
    client = Client(headers={"host": HOST})
    client.force_login(user)
    with tenancy.organisation(company.organisation_id):
        slug = Organisation.objects.values_list("slug", flat=True).get(pk=company.organisation_id)
    return Visitor(client, slug)
