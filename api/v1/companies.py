"""Companies: whom customers work for, with typed properties of their own."""

from typing import Any, ClassVar

from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from rest_framework import serializers

from accounts.rules.scopes import Scope
from api.endpoints import Call, Endpoint, reply
from api.fields import Body, Id, Identifier, Moment, Properties, moment
from api.operations import operation
from api.paging import Paged, found, page, page_of
from api.problems import Kind
from api.refusals import refusing
from surveys.actions.editing_companies import CompanyFields, create_company, update_company
from surveys.models import Company

PRESENT = Q(customers__archived_at__isnull=True, customers__erased_at__isnull=True)


class CompanyBody(Body):
    """What is said of a company. Keys that are left out stay as they are."""

    name = Identifier(required=False, max_length=200)
    external_id = Identifier(
        required=False,
        allow_null=True,
        max_length=120,
        help_text="Your own id of it; null takes it out.",
    )
    properties = Properties(
        required=False,
        help_text="Merged name by name. The first value of a name gives its type.",
    )

    example: ClassVar[dict[str, Any]] = {
        "name": "Okafor Ltd",
        "external_id": "ORG-77",
        "properties": {"segment": "SMB", "seats": 12},
    }


class NewCompany(CompanyBody):
    """A company needs a name."""

    name = Identifier(max_length=200)


class CompanyAnswer(serializers.Serializer[Any]):
    """A company as stored."""

    id = Id()
    url = serializers.CharField()
    name = serializers.CharField()
    external_id = serializers.CharField(allow_null=True)
    properties = Properties()
    customers = serializers.IntegerField(help_text="How many people of it are stored.")
    created_at = Moment()


EXAMPLE = {
    "id": "31",
    "url": "/api/v1/companies/31",
    **CompanyBody.example,
    "customers": 4,
    "created_at": "2026-11-21T14:05:12Z",
}


def shape(company: Company) -> dict[str, Any]:
    return {
        "id": str(company.pk),
        "url": f"/api/v1/companies/{company.pk}",
        "name": company.name,
        "external_id": company.external_id,
        "properties": company.properties,
        "customers": company.people,  # type: ignore[attr-defined]
        "created_at": moment(company.created_at),
    }


class CompanyQuery(Paged):
    name = Identifier(required=False, max_length=200, help_text="Exactly this name.")
    external_id = Identifier(required=False, max_length=120)


class Companies(Endpoint):
    @operation(
        "listCompanies",
        scopes=[Scope.COMPANIES_READ],
        query=CompanyQuery,
        answer=page_of(CompanyAnswer),
        example={"items": [EXAMPLE], "next_cursor": None},
    )
    def get(self, call: Call) -> HttpResponse:
        """List companies, newest first."""
        wanted = {name: call.query[name] for name in ("name", "external_id") if name in call.query}
        return reply(page(_rows().filter(**wanted), call.query, "created_at", shape))

    @operation(
        "createCompany",
        scopes=[Scope.COMPANIES_WRITE],
        body=NewCompany,
        answer={201: CompanyAnswer},
        example={201: EXAMPLE},
        problems=[Kind.COMPANY_EXISTS],
    )
    def post(self, call: Call) -> HttpResponse:
        """Create a company that is not stored yet.

        Who names a company with a customer need not call this: it is made then.
        """
        with refusing():
            company = create_company(
                organisation_id=call.organisation_id,
                fields=_told(call.body),
                actor=call.actor,
                now=call.now,
            )
        return reply(shape(_rows().get(pk=company.pk)), 201)


class OneCompany(Endpoint):
    def current(self, call: Call, **ids: Any) -> dict[str, Any]:
        _hold(ids["company_id"])
        return shape(found(_rows(), ids["company_id"]))

    @operation(
        "getCompany",
        scopes=[Scope.COMPANIES_READ],
        answer=CompanyAnswer,
        example=EXAMPLE,
        problems=[Kind.NOT_FOUND],
        tagged=True,
    )
    def get(self, call: Call, company_id: str) -> HttpResponse:
        """Return one company."""
        return reply(shape(found(_rows(), company_id)))

    @operation(
        "updateCompany",
        scopes=[Scope.COMPANIES_WRITE],
        body=CompanyBody,
        answer=CompanyAnswer,
        example=EXAMPLE,
        problems=[Kind.NOT_FOUND, Kind.COMPANY_EXISTS],
        tagged=True,
    )
    def patch(self, call: Call, company_id: str) -> HttpResponse:
        """Change what is sent and leave the rest."""
        with refusing():
            update_company(
                company=_hold(company_id),
                fields=_told(call.body),
                actor=call.actor,
                now=call.now,
            )
        return reply(shape(found(_rows(), company_id)))


def _told(body: dict[str, Any]) -> CompanyFields:
    said = dict(body)
    if "external_id" in said:
        said["external_id"] = said["external_id"] or ""
    return CompanyFields(**said)


def _rows() -> QuerySet[Company]:
    return Company.objects.annotate(people=Count("customers", filter=PRESENT))


def _hold(company_id: str) -> Company:
    return found(Company.objects.select_for_update(no_key=True), company_id)
