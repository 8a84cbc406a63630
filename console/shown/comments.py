"""The newest comments of a page: by score group, searchable, leading to all of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.http import HttpRequest

from console.forms import trends
from console.forms.comments import NAMES, CommentFilter
from console.periods import Choice
from console.selection import Pairs, Selection
from console.shown.links import Links
from console.shown.quotes import Quote, quote_of
from reports.queries.overview import Comments
from surveys.models import Response

TABS = (("", "All"), ("high", "Happy"), ("middle", "In between"), ("low", "Unhappy"))


@dataclass(frozen=True, kw_only=True)
class CommentsFace:
    """The card of comments as the template prints it."""

    quotes: Sequence[Quote]
    tabs: Sequence[Choice]
    asked: Comments
    kept: Pairs
    all_url: str
    is_narrowed: bool


def read_comments(request: HttpRequest) -> Comments:
    """Read group and words of the address; raises BadAddress."""
    asked = CommentFilter({name: request.GET.get(name, "") for name in NAMES}).read()
    return Comments(group=asked["group"], words=asked["said"])


def comments_face(
    responses: Sequence[Response],
    asked: Comments,
    selection: Selection,
    links: Links,
    now: datetime,
) -> CommentsFace:
    kept = [*selection.kept(), *(pair for pair in selection.pairs if pair[0] in trends.NAMES)]
    words = [("said", asked.words)] if asked.words else []
    group = [("group", asked.group)] if asked.group else []
    both = " ".join(one for one in (selection.words, asked.words) if one)
    behind = [*group, *([("q", both)] if both else [])]
    return CommentsFace(
        quotes=[quote_of(response, links.door, now) for response in responses],
        tabs=[
            Choice(
                name=name,
                query=urlencode([*kept, *words, *([("group", key)] if key else [])]),
                is_current=key == asked.group,
            )
            for key, name in TABS
        ],
        asked=asked,
        kept=[*kept, *group],
        all_url=links.to({"standing": "counted", "commented": "on", **dict(behind)}),
        is_narrowed=bool(asked.words or asked.group),
    )
