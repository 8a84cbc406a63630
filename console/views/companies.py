"""Companies: the list with figures where they are allowed, and one with its people."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from accounts.rules.roles import Permission
from console.door import Door, inside, page
from console.forms.companies import CompanyFilter, PeopleFilter
from console.selection import read_selection
from console.shown.companies import cell_faces, company_lines, explained_of, people_lines
from console.shown.links import Links
from console.shown.selection import bar_of
from console.shown.timelines import days_of
from kit.clock import now
from reports.queries.companies import company_cells, company_figures, suspects_of
from surveys.models import Company
from surveys.queries.companies import companies, people_of, voices_of
from surveys.queries.timelines import company_timeline

TIMELINE = 40


@require_safe
@inside("customers", Permission.VIEW_CUSTOMERS)
def listing(request: HttpRequest, door: Door) -> HttpResponse:
    form = CompanyFilter(request.GET)
    selection = read_selection(request, door, now(), without={"q"}, also={"q", "after"})
    asked = form.read()
    found = companies(search=asked["q"], after=asked["after"] or None)
    ids, period = [row.id for row in found.rows], selection.period.period
    figures = company_figures(
        part=selection.part, definitions=selection.definitions, company_ids=ids, period=period
    )
    context = {
        "form": form,
        "selection": selection,
        "older": selection.older,
        "bar": bar_of(selection, suspects=suspects_of(selection.part, ids, period)),
        "found": found,
        "lines": company_lines(found.rows, figures, Links(door, selection)),
        "explained": explained_of(selection.definitions),
    }
    return page(request, door, "companies/list.html", context)


@require_safe
@inside("customers", Permission.VIEW_CUSTOMERS)
def detail(request: HttpRequest, door: Door, company_id: int) -> HttpResponse:
    moment = now()
    company = get_object_or_404(Company, pk=company_id)
    selection = read_selection(request, door, moment, also={"after"})
    asked = PeopleFilter(request.GET).read()
    found = people_of(company.pk, after=asked["after"] or None)
    part, period = selection.part, selection.period.period
    cells = company_cells(
        part=part,
        definitions=selection.definitions,
        company_id=company.pk,
        period=period,
        today=selection.today,
        against=selection.against,
    )
    context = {
        "company": company,
        "selection": selection,
        "older": selection.older,
        "bar": bar_of(
            selection,
            fixed=[("company", company.name)],
            suspects=suspects_of(part, [company.pk], period),
            here=[("company", str(company.pk))],
        ),
        "cells": cell_faces(cells, Links(door, selection), moment),
        "explained": explained_of(selection.definitions),
        "found": found,
        "people": people_lines(found.rows, door, moment),
        "voices": voices_of(company.pk),
        "days": days_of(company_timeline(company_id=company.pk, shown=TIMELINE), moment),
    }
    return page(request, door, "companies/detail.html", context)
