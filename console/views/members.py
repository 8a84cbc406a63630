"""Members: who belongs to the organisation, who was invited, and what each may do."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST

from accounts.actions.joining import invite, revoke_invitation
from accounts.actions.members import AlreadyMember, LastOwner, change_role, remove_member
from accounts.models import JoiningInvitation, Membership
from accounts.queries.joining import open_invitations
from accounts.queries.members import members
from accounts.rules.roles import Permission
from console.door import Door, actor, inside, page, posted
from console.forms.members import ROLES, InviteForm, RoleForm
from kit.clock import now

LAST = "An organisation needs an owner. Make somebody else an owner first."


@require_http_methods(["GET", "HEAD", "POST"])
@inside("settings.members", Permission.MANAGE_MEMBERS)
def listing(request: HttpRequest, door: Door) -> HttpResponse:
    """Show the members; a POST invites one more by a letter with a link."""
    form = InviteForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            invite(
                organisation_id=door.organisation.pk,
                email=form.cleaned_data["email"],
                role=form.cleaned_data["role"],
                actor=actor(request, door),
                now=now(),
            )
        except AlreadyMember:
            form.add_error("email", "This person is a member already.")
        else:
            to = form.cleaned_data["email"]
            messages.success(request, f"A letter with a link is on its way to {to}.")
            return redirect("console:members", door.slug)
    context = {
        "form": form,
        "members": members(),
        "invited": list(open_invitations(now())),
        "roles": ROLES,
    }
    return page(request, door, "settings/members.html", context, status=422 if form.errors else 200)


@require_POST
@inside("settings.members", Permission.MANAGE_MEMBERS)
def role(request: HttpRequest, door: Door, membership_id: int) -> HttpResponse:
    member = get_object_or_404(Membership.objects.select_related("user"), pk=membership_id)
    form = RoleForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Choose one of the roles.")
        return redirect("console:members", door.slug)
    try:
        change_role(
            organisation_id=door.organisation.pk,
            membership_id=member.pk,
            role=form.cleaned_data["role"],
            actor=actor(request, door),
            now=now(),
        )
    except LastOwner:
        messages.error(request, LAST)
    else:
        messages.success(request, f"{member.user} is {form.cleaned_data['role']} now.")
    return redirect("console:members", door.slug)


@require_POST
@inside("settings.members", Permission.MANAGE_MEMBERS)
def remove(request: HttpRequest, door: Door, membership_id: int) -> HttpResponse:
    member = get_object_or_404(Membership.objects.select_related("user"), pk=membership_id)
    try:
        remove_member(
            organisation_id=door.organisation.pk,
            membership_id=member.pk,
            actor=actor(request, door),
            now=now(),
        )
    except LastOwner:
        messages.error(request, LAST)
        return redirect("console:members", door.slug)
    messages.success(request, f"{member.user} is no member any more.")
    if member.user == door.user:
        return redirect("/")
    return redirect("console:members", door.slug)


@require_POST
@inside("settings.members", Permission.MANAGE_MEMBERS)
def revoke(request: HttpRequest, door: Door, invitation_id: int) -> HttpResponse:
    invitation = get_object_or_404(JoiningInvitation, pk=invitation_id)
    revoke_invitation(
        organisation_id=door.organisation.pk,
        invitation_id=invitation.pk,
        actor=actor(request, door),
        now=now(),
    )
    messages.success(request, f"The link sent to {invitation.email} does not work any more.")
    return redirect("console:members", door.slug)
