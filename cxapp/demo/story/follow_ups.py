"""The questions that Acme Mobile added to its support survey, and what customers answered."""

from collections.abc import Mapping

from cxapp.demo.story.calendar import DAY
from cxapp.demo.story.draws import Draws
from cxapp.demo.story.records import Answer, Ask
from cxapp.demo.story.setting import SERVICE, start_of
from surveys.rules.contents import Content
from surveys.rules.questions import AskedOf, Kind, Option, Question

SINCE = start_of(12)  # the story's day from which the second version is asked
SOLVED = Question(
    1,
    Kind.SINGLE,
    "Was it solved?",
    options=(
        Option(1, "Yes, at the first try"),
        Option(2, "Yes, after a while"),
        Option(3, "Not yet"),
    ),
)
WRONG = Question(
    2,
    Kind.MULTIPLE,
    "What went wrong? Choose all that fit.",
    asked_of=AskedOf.LOW,
    options=(
        Option(1, "I waited too long"),
        Option(2, "I was passed on"),
        Option(3, "Nobody knew the answer"),
        Option(4, "I had to say everything again"),
        Option(5, "The tone"),
    ),
)
EFFORT = Question(
    3, Kind.RATING, "How clear was what you were told?", low="Not at all", high="Perfectly"
)
POLISH = {
    "subject": "Jak nam poszło?",
    "question": "Jak bardzo są Państwo zadowoleni z otrzymanej pomocy?",
    "greeting": "Dzień dobry[ {first_name}],",
    "opens": "Wybór otwiera stronę, na której wystarczy nacisnąć Wyślij.",
    "stop": "Nie chcę takich pytań",
    "privacy": "Prywatność",
    "choose": "Proszę wybrać jedną odpowiedź. Liczy się dopiero po wysłaniu.",
    "chose": "Wybrano {score}. Liczy się dopiero po wysłaniu.",
    "send_plain": "Wyślij",
    "send": "Wyślij {score}",
    "why_low": "Co poszło nie tak?",
    "why_middle": "Czego zabrakło?",
    "why_high": "Co zrobiliśmy dobrze?",
    "point_1": "Bardzo niezadowolony",
    "point_2": "Niezadowolony",
    "point_3": "Ani tak, ani tak",
    "point_4": "Zadowolony",
    "point_5": "Bardzo zadowolony",
    "q1": "Czy sprawa jest załatwiona?",
    "q1.1": "Tak, za pierwszym razem",
    "q1.2": "Tak, po pewnym czasie",
    "q1.3": "Jeszcze nie",
}
SECOND = Content(
    asks_feeling=True,
    asks_contact=True,
    questions=(SOLVED, WRONG, EFFORT),
    translations={"pl": POLISH},
)

# Of those who gave the score: how many chose what, and how clear they found the answer.
SOLUTIONS: Mapping[int, tuple[float, float, float]] = {
    1: (0.04, 0.14, 0.82),
    2: (0.10, 0.26, 0.64),
    3: (0.30, 0.42, 0.28),
    4: (0.62, 0.32, 0.06),
    5: (0.84, 0.15, 0.01),
}
FAULTS = ((1, 0.46), (2, 0.38), (3, 0.27), (4, 0.33), (5, 0.09))
CLARITY: Mapping[int, float] = {1: 1.7, 2: 2.2, 3: 3.0, 4: 4.0, 5: 4.6}
ANSWERS_ONE = 0.78  # of those who sent the second step


def is_second(ask: Ask) -> bool:
    """Whether this was asked by the version with the questions."""
    return ask.programme == SERVICE.key and ask.at >= SINCE * DAY


def follow_ups(draws: Draws, ask: Ask, answer: Answer) -> dict[int, list[int]]:
    """What was chosen, by the question's number; nothing where the second step was not sent."""
    is_human = any(each.verdict == "human" for each in answer.revisions)
    if not (is_second(ask) and answer.finished and is_human):
        return {}
    draw, score = draws.of("ask", ask.key, "follow-ups"), answer.shown.score
    said = {}
    if draw.chance(ANSWERS_ONE):
        said[1] = [draw.weighted(list(zip((1, 2, 3), SOLUTIONS[score], strict=True)))]
    if score <= 2 and (wrong := [pick for pick, share in FAULTS if draw.chance(share)]):
        said[2] = wrong
    if draw.chance(ANSWERS_ONE):
        said[3] = [min(max(round(CLARITY[score] + 0.8 * draw.normal()), 1), 5)]
    return said
