"""Who stands at the door: the organisation of the address and the person's role in it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    QueryDict,
)
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control

from accounts.models import Membership, Organisation, User
from accounts.queries.lookups import Belonging, belongings
from accounts.rules.actors import Actor
from accounts.rules.roles import Permission, Role, may
from console.problems import AnotherAddress, BadAddress
from console.signin.requests import LAST_ORGANISATION, client_ip
from kit import tenancy, tracing
from kit.keysets import BadKey
from kit.periods import zone
from metrics.models import SavedView
from metrics.queries.effort import spent, watching
from metrics.queries.views import views_for

# Seconds that figures outside the cells may take before a page says why it was slow.
SLOW = 1.0
P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, "Door", P], HttpResponseBase]
PAGES = (
    ("overview", "Overview", "console:overview", Permission.VIEW_FIGURES),
    ("gap", "Gap", "console:gap", Permission.VIEW_FIGURES),
    ("journey", "Journey", "console:journey", Permission.VIEW_FIGURES),
    ("segments", "Segments", "console:segments", Permission.VIEW_FIGURES),
    ("compare", "Compare", "console:compare", Permission.VIEW_FIGURES),
    ("responses", "Responses", "console:responses", Permission.VIEW_FIGURES),
    ("customers", "Customers", "console:customers", Permission.VIEW_CUSTOMERS),
    ("programmes", "Programmes", "console:programmes", Permission.VIEW_FIGURES),
)
SETTINGS = (
    ("organisation", "Organisation", "console:settings", Permission.EDIT_ORGANISATION),
    ("brand", "Brand", "console:brand", Permission.EDIT_ORGANISATION),
    ("languages", "Languages", "console:languages", Permission.VIEW_FIGURES),
    ("sending", "Sending", "console:sending", Permission.VIEW_FIGURES),
    ("answering", "Answers and machines", "console:answering", Permission.VIEW_FIGURES),
    ("sender", "Sender", "console:sender", Permission.EDIT_ORGANISATION),
    ("definitions", "Definitions", "console:definitions", Permission.VIEW_FIGURES),
    ("properties", "Properties", "console:properties", Permission.VIEW_FIGURES),
    ("goals", "Goals", "console:goals", Permission.VIEW_FIGURES),
    ("annotations", "Annotations", "console:annotations", Permission.VIEW_FIGURES),
    ("imports", "Imports", "console:imports", Permission.IMPORT_FILES),
    ("members", "Members", "console:members", Permission.MANAGE_MEMBERS),
    ("keys", "API keys", "console:keys", Permission.MANAGE_KEYS),
    ("alerts", "Alerts", "console:alerts", Permission.EDIT_ALERTS),
    ("webhooks", "Webhooks", "console:webhooks", Permission.EDIT_WEBHOOKS),
    ("privacy", "Privacy", "console:privacy", Permission.ERASE_CUSTOMERS),
    ("audit", "Audit trail", "console:audit", Permission.VIEW_AUDIT),
)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One link of a navigation."""

    name: str
    url: str
    is_here: bool


@dataclass(frozen=True, kw_only=True)
class Door:
    """What every page needs to know about who looks at it, and where."""

    organisation: Organisation
    user: User
    role: Role
    organisations: Sequence[Belonging]
    section: str

    @property
    def slug(self) -> str:
        return self.organisation.slug

    @property
    def person(self) -> str:
        return self.user.get_full_name()

    @property
    def initials(self) -> str:
        words = self.person.replace("@", " ").split()
        return "".join(word[0] for word in words[:2]).upper()

    @property
    def role_text(self) -> str:
        return f"{self.role.value.capitalize()}, {self.user.email}"

    def may(self, permission: Permission) -> bool:
        return may(self.role, permission)

    @property
    def navigation(self) -> list[Entry]:
        """Settings lead to the first of its pages that this person may read."""
        here = self.section.partition(".")[0]
        first = self.settings_navigation[0]
        settings = Entry(name="Settings", url=first.url, is_here=here == "settings")
        return [*self._entries(PAGES, here), settings]

    @property
    def settings_navigation(self) -> list[Entry]:
        return self._entries(SETTINGS, self.section.partition(".")[2])

    @property
    def may_see_customers(self) -> bool:
        return self.may(Permission.VIEW_CUSTOMERS)

    @property
    def may_edit_customers(self) -> bool:
        return self.may(Permission.EDIT_CUSTOMERS)

    @property
    def may_record(self) -> bool:
        return self.may(Permission.RECORD_ANSWERS)

    @property
    def may_ask(self) -> bool:
        return self.may(Permission.ASK_CUSTOMERS)

    @property
    def may_manage_keys(self) -> bool:
        return self.may(Permission.MANAGE_KEYS)

    @property
    def may_edit_programmes(self) -> bool:
        return self.may(Permission.EDIT_PROGRAMMES)

    @property
    def may_tag(self) -> bool:
        return self.may(Permission.TAG_RESPONSES)

    @property
    def may_exclude(self) -> bool:
        return self.may(Permission.EXCLUDE_RESPONSES)

    @property
    def may_amend(self) -> bool:
        return self.may(Permission.AMEND_RESPONSES)

    @property
    def may_erase(self) -> bool:
        return self.may(Permission.ERASE_CUSTOMERS)

    @property
    def may_set_up(self) -> bool:
        return self.may(Permission.SET_UP)

    @property
    def may_start(self) -> bool:
        """Whether anybody may begin an organisation of her own here: in the demo."""
        return bool(settings.DEMO)

    @property
    def may_merge(self) -> bool:
        return self.may(Permission.MERGE_CUSTOMERS)

    @property
    def may_edit_measuring(self) -> bool:
        return self.may(Permission.EDIT_MEASURING)

    @property
    def views(self) -> Sequence[SavedView]:
        """The views this person may open, for the menu of pages that have one."""
        return views_for(self.user.pk)

    def _entries(self, pages: Sequence[tuple[str, str, str, Permission]], here: str) -> list[Entry]:
        return [
            Entry(name=name, url=reverse(view, args=[self.slug]), is_here=key == here)
            for key, name, view, permission in pages
            if self.may(permission)
        ]


def inside(
    section: str, permission: Permission
) -> Callable[[View[P]], Callable[..., HttpResponseBase]]:
    """Let members with the permission into a page below `/o/<slug>/`.

    An organisation one does not belong to and one that does not exist look the same.
    """

    def guard(view: View[P]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def entered(request: HttpRequest, slug: str, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            belonging = belongings(request.user.pk)
            here = next((one for one in belonging if one.slug == slug), None)
            if here is None:
                raise Http404
            if request.session.get(LAST_ORGANISATION) != slug:
                request.session[LAST_ORGANISATION] = slug
            with tenancy.organisation(here.organisation_id):
                door = _door(request.user, here, belonging, section)
                tracing.note(organisation=here.organisation_id, member=request.user.pk)
                if not door.may(permission):
                    raise PermissionDenied
                # Days and times on the page are those of the organisation.
                with timezone.override(zone(door.organisation.time_zone)):
                    return _answer(view, request, door, kwargs)

        return entered

    return guard


def page(
    request: HttpRequest, door: Door, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """Render a page of the console for whoever stands at the door."""
    kept = request.GET.copy()
    kept.pop("after", None)
    effort = spent()
    slow = f"{effort.seconds:.1f}" if effort.seconds > SLOW else ""
    shown = {"door": door, "kept_query": kept.urlencode(), "slow": slow, **context}
    return render(request, f"console/{template}", shown, status=status)


def _answer(view: Any, request: HttpRequest, door: Door, kwargs: Any) -> HttpResponseBase:
    try:
        with watching():
            answer: HttpResponseBase = view(request, door, **kwargs)
    except AnotherAddress as other:
        answer = HttpResponseRedirect(f"{request.path}?{other.query}")
    except (BadAddress, BadKey) as refused:
        problems = {"problems": refused.args, "here": request.path}
        answer = page(request, door, "bad_address.html", problems, status=400)
    # What customers said must not come back from a cache after signing out.
    patch_cache_control(answer, private=True, no_store=True)
    return answer


def posted(request: HttpRequest) -> QueryDict | None:
    """Return what was sent by a form; an empty form was sent too, and is not the same as none."""
    return request.POST if request.method == "POST" else None


def actor(request: HttpRequest, door: Door) -> Actor:
    """Return the signed-in member as the audit trail names her."""
    return Actor(name=door.user.email, user_id=door.user.pk, ip=client_ip(request))


def _door(user: User, here: Belonging, belonging: Sequence[Belonging], section: str) -> Door:
    found = Membership.objects.select_related("organisation").filter(pk=here.membership_id)
    member = found.first()
    if member is None:  # removed between two statements of this very request
        raise Http404
    return Door(
        organisation=member.organisation,
        user=user,
        role=Role(member.role),
        organisations=belonging,
        section=section,
    )
