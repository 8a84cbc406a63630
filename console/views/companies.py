"""Companies: the list with figures where they are allowed, and one with its people."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from accounts.rules.roles import Permission
from console.door import Door, inside, page
from console.forms.companies import CompanyFilter, PeopleFilter
from console.periods import read_period
from console.shown.cards import Links
from console.shown.companies import cell_faces, company_lines, people_lines
from console.shown.timelines import days_of
from console.versions import older_versions, read_definitions
from kit.clock import now
from kit.periods import local_day
from reports.queries.companies import company_cells, company_figures
from surveys.models import Company
from surveys.queries.companies import companies, people_of, voices_of
from surveys.queries.timelines import company_timeline

TIMELINE = 40


@require_safe
@inside("customers", Permission.VIEW_CUSTOMERS)
def listing(request: HttpRequest, door: Door) -> HttpResponse:
    form = CompanyFilter(request.GET)
    asked = form.read()
    definitions = read_definitions(request, door)
    zone, usual = door.organisation.time_zone, definitions.window_days
    period = read_period(request, time_zone=zone, now=now(), usual=usual)
    found = companies(search=asked["q"], after=asked["after"] or None)
    figures = company_figures(
        organisation_id=door.organisation.pk,
        definitions=definitions,
        company_ids=[row.id for row in found.rows],
        period=period.period,
    )
    context = {
        "form": form,
        "period": period,
        "older": older_versions(request, definitions),
        "found": found,
        "lines": company_lines(found.rows, figures, Links(door, period)),
    }
    return page(request, door, "companies/list.html", context)


@require_safe
@inside("customers", Permission.VIEW_CUSTOMERS)
def detail(request: HttpRequest, door: Door, company_id: int) -> HttpResponse:
    moment, zone = now(), door.organisation.time_zone
    company = get_object_or_404(Company, pk=company_id)
    asked = PeopleFilter(request.GET).read()
    definitions = read_definitions(request, door)
    period = read_period(request, time_zone=zone, now=moment, usual=definitions.window_days)
    found = people_of(company.pk, after=asked["after"] or None)
    cells = company_cells(
        organisation_id=door.organisation.pk,
        definitions=definitions,
        company_id=company.pk,
        period=period.period,
        today=local_day(moment, zone),
    )
    context = {
        "company": company,
        "period": period,
        "older": older_versions(request, definitions),
        "cells": cell_faces(cells, Links(door, period), moment),
        "found": found,
        "people": people_lines(found.rows, door, moment),
        "voices": voices_of(company.pk),
        "days": days_of(company_timeline(company_id=company.pk, shown=TIMELINE), moment),
    }
    return page(request, door, "companies/detail.html", context)
