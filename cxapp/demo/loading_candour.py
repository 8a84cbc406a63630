"""What customers of Acme said after a complaint when nobody could see who they were."""

from collections.abc import Iterator

from cxapp.demo import OWNER
from cxapp.demo.loading_setup import Ground
from cxapp.demo.story.calendar import DAY, DAYS, Calendar
from cxapp.demo.story.draws import Draws
from cxapp.demo.story.setting import PLANS
from cxapp.demo.story.telling import SEED
from surveys.actions.publishing import write_version
from surveys.models import AnonymousAnswer, Programme, Survey
from surveys.models.programmes import ProgrammeTouchpoint
from surveys.rules.contents import Content
from surveys.rules.feelings import Feeling

CANDOUR, PLACE = "After a complaint, anonymously", "complaint"
ASKED_DAYS = 300
# Without a name people are a little harder: what a score is, by its weight.
SCORES = ((5, 0.24), (4, 0.33), (3, 0.14), (2, 0.15), (1, 0.14))
FELT = {
    True: (Feeling.VALUED, Feeling.RESPECTED),
    False: (Feeling.ANNOYED, Feeling.DISAPPOINTED),
}
WORDS = {
    True: (
        "My complaint was settled in a day and nobody made me feel small.",
        "Fair. I had expected a fight and there was none.",
        "They called back when they said they would.",
        "An honest apology is worth more than the voucher.",
        "I was believed at once, that is all I wanted.",
        "The letter was in plain English for once.",
    ),
    False: (
        "I was made to tell the same story three times.",
        "I would not have dared to say this with my name on it: he was rude.",
        "It felt as if I was the one who had done something wrong.",
        "You only reacted when I mentioned the ombudsman.",
        "The answer was polite and changed nothing.",
        "I gave up, which I suppose was the plan.",
    ),
}


def load_candour(ground: Ground, calendar: Calendar) -> None:
    """Rows as the action leaves them; who was asked is long forgotten, as nothing leads there."""
    own = {"organisation_id": ground.organisation_id}
    first = calendar.moment((DAYS - ASKED_DAYS) * DAY)
    survey = Survey.objects.create(**own, name=CANDOUR, metric="csat", created_at=first)
    write_version(survey=survey, number=1, content=Content(), by=OWNER, now=first)
    programme = Programme.objects.create(
        **own,
        name=CANDOUR,
        kind="transactional",
        survey=survey,
        is_anonymous=True,
        kept_property="plan",
        created_at=first,
    )
    ProgrammeTouchpoint.objects.create(
        **own, programme=programme, touchpoint_id=ground.touchpoints[PLACE]
    )
    AnonymousAnswer.objects.bulk_create(
        AnonymousAnswer(**own, programme=programme, **told) for told in _answers(calendar)
    )


def _answers(calendar: Calendar) -> Iterator[dict[str, object]]:
    """About one a day."""
    draws = Draws(SEED)
    for day in range(DAYS - ASKED_DAYS, DAYS):
        draw = draws.of("candour", day, "answers")
        for _ in range(draw.below(3)):
            score = draw.weighted(SCORES)
            yield {
                "month": calendar.day(day).replace(day=1),
                "kept": draw.weighted(PLANS),
                "score": score,
                "comment": draw.one(WORDS[score > 3]) if draw.chance(0.15) else "",
                "feelings": [draw.one(FELT[score > 3])] if draw.chance(0.5) else [],
            }
