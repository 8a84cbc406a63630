"""Alerts: who is told of a bad answer while something can still be done about it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.rules.roles import Permission
from console.door import Door, actor, inside, page, posted
from console.forms.alerts import AlertForm, initial_of
from console.forms.filters import NoFilter
from console.shown.alerts import lines_of
from followup.actions import ruling_alerts as acts
from followup.models import AlertRule
from followup.queries.rules import alert_rules, listed_rules, member_choices
from kit.clock import now
from surveys.queries.programmes import every_choice
from surveys.queries.touchpoints import touchpoint_choices

MAY = Permission.EDIT_ALERTS
NOBODY = "Name a member or a chat: somebody has to be told."


@require_safe
@inside("settings.alerts", MAY)
def listing(request: HttpRequest, door: Door) -> HttpResponse:
    NoFilter(request.GET).read()
    names = dict(every_choice()[0]), dict(touchpoint_choices())
    context = {"lines": lines_of(listed_rules(now()), *names)}
    return page(request, door, "settings/alerts.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@inside("settings.alerts", MAY)
def create(request: HttpRequest, door: Door) -> HttpResponse:
    form = _form(request, None)
    if request.method == "POST" and form.is_valid():
        try:
            acts.add_rule(
                organisation_id=door.organisation.pk,
                wanted=form.wanted(),
                actor=actor(request, door),
                now=now(),
            )
        except acts.NobodyToTell:
            form.add_error(None, NOBODY)
        except acts.TooManyRules:
            form.add_error(None, f"There are {acts.MOST} rules already: remove one first.")
        else:
            return redirect("console:alerts", door.slug)
    return _form_page(request, door, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
@inside("settings.alerts", MAY)
def edit(request: HttpRequest, door: Door, rule_id: int) -> HttpResponse:
    rule = _known(rule_id)
    form = _form(request, rule)
    if request.method == "POST" and form.is_valid():
        try:
            acts.change_rule(rule=rule, wanted=form.wanted(), actor=actor(request, door), now=now())
        except acts.NobodyToTell:
            form.add_error(None, NOBODY)
        else:
            return redirect("console:alerts", door.slug)
    return _form_page(request, door, form, rule)


@require_POST
@inside("settings.alerts", MAY)
def switch(request: HttpRequest, door: Door, rule_id: int) -> HttpResponse:
    rule, is_on = _known(rule_id), request.POST.get("on") == "yes"
    acts.switch_rule(rule=rule, is_on=is_on, actor=actor(request, door), now=now())
    messages.success(request, f"{rule.name} is {'on' if is_on else 'off: nobody is told by it'}.")
    return redirect("console:alerts", door.slug)


@require_POST
@inside("settings.alerts", MAY)
def remove(request: HttpRequest, door: Door, rule_id: int) -> HttpResponse:
    rule = _known(rule_id)
    acts.remove_rule(rule=rule, actor=actor(request, door), now=now())
    messages.success(request, f"{rule.name} tells nobody any more.")
    return redirect("console:alerts", door.slug)


def _known(rule_id: int) -> AlertRule:
    return get_object_or_404(alert_rules(), pk=rule_id)


def _form(request: HttpRequest, rule: AlertRule | None) -> AlertForm:
    return AlertForm(
        posted(request),
        programmes=every_choice()[0],
        touchpoints=touchpoint_choices(),
        members=member_choices(),
        rule=rule,
        initial=initial_of(rule) if rule else {},
    )


def _form_page(
    request: HttpRequest, door: Door, form: AlertForm, rule: AlertRule | None
) -> HttpResponse:
    status = 422 if form.errors else 200
    return page(
        request, door, "settings/alert_form.html", {"form": form, "rule": rule}, status=status
    )
