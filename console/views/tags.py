"""Tags: which there are, under which name, and on how many answers."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST, require_safe

from accounts.rules.roles import Permission
from console.door import Door, actor, inside, page
from console.forms.corrections import TagNameForm
from kit.clock import now
from surveys.actions.tagging import BadTag, TagExists, delete_tag, rename_tag
from surveys.models import Tag
from surveys.queries.tags import tags_with_answers


@require_safe
@inside("responses", Permission.TAG_RESPONSES)
def listing(request: HttpRequest, door: Door) -> HttpResponse:
    return page(request, door, "responses/tags.html", {"tags": tags_with_answers()})


@require_POST
@inside("responses", Permission.TAG_RESPONSES)
def rename(request: HttpRequest, door: Door, tag_id: int) -> HttpResponse:
    get_object_or_404(Tag, pk=tag_id)
    form = TagNameForm(request.POST)
    try:
        if form.is_valid():
            name = form.cleaned_data["name"]
            rename_tag(tag_id=tag_id, name=name, actor=actor(request, door), now=now())
        else:
            messages.error(request, str(form.errors["name"][0]))
    except TagExists:
        messages.error(request, "Another tag has this name.")
    except BadTag as bad:
        messages.error(request, str(bad))
    return redirect("console:tags", door.slug)


@require_POST
@inside("responses", Permission.TAG_RESPONSES)
def delete(request: HttpRequest, door: Door, tag_id: int) -> HttpResponse:
    get_object_or_404(Tag, pk=tag_id)
    delete_tag(tag_id=tag_id, actor=actor(request, door), now=now())
    return redirect("console:tags", door.slug)
