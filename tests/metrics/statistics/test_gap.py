"""Which sentence each pair of verdicts allows, and which it does not."""

from itertools import product

import pytest

from metrics.statistics.gap import (
    Group,
    Opposed,
    has_recovered,
    heard,
    opposed,
    sentence,
)
from metrics.statistics.verdicts import Call

UP, DOWN, STEADY, NO = Call.UP, Call.DOWN, Call.STEADY, Call.NO_CALL
BASIC, PLUS = Group("plan", "Basic"), Group("plan", "Plus")
NORTH = Group("region", "North")
SAID = {
    (DOWN, NO): "Service is slipping; the reputation holds so far.",
    (DOWN, DOWN): "Both fell.",
    (DOWN, UP): "Customers like us more while service gets worse: the better score hides it.",
    (NO, DOWN): (
        "The relationship cooled and service does not show why: look at product, price, network."
    ),
    (UP, NO): "Service improved; the relationship does not show it yet.",
    (UP, DOWN): "Service improved while the relationship worsened: look beyond service.",
    (UP, UP): "Both rose.",
    (NO, UP): "The relationship improved; service shows no change beyond chance.",
    (NO, NO): (
        "Nothing chance could not explain; to see 10 points you need about 1,200 answers in "
        "each period."
    ),
}


@pytest.mark.parametrize(("service", "experience"), [*product(Call, Call)])
def test_each_pair_of_verdicts_has_its_one_sentence(service, experience):
    plain = {STEADY: NO}
    expected = SAID[plain.get(service, service), plain.get(experience, experience)]
    assert sentence(service, experience, needed=1200) == expected


@pytest.mark.parametrize(("service", "experience"), [*product(Call, Call)])
def test_a_fallen_segment_is_named_only_after_a_recovery_that_the_relationship_does_not_show(
    service, experience
):
    told = sentence(service, experience, earlier=[NO, DOWN], fallen=[BASIC], needed=1)
    named = told == "Service has recovered; the relationship has not, and it is plan Basic."
    assert named == (service is UP and experience in (NO, STEADY))


def test_no_sentence_says_cause():
    for text in SAID.values():
        assert not {"because", "caused", "due to", "thanks to"} & set(text.lower().split())


@pytest.mark.parametrize(
    ("service", "earlier", "recovered"),
    [
        (UP, [DOWN], True),
        (UP, [NO, NO, NO, DOWN], True),
        (UP, [NO, NO, NO, NO, DOWN], False),
        (UP, [None, STEADY, DOWN, UP], True),
        (UP, [], False),
        (UP, [UP, NO], False),
        (NO, [UP, DOWN], True),
        (STEADY, [UP, DOWN], True),
        # It fell and stayed where it fell to.
        (NO, [DOWN], False),
        (NO, [NO, NO, DOWN], False),
        # It fell again.
        (DOWN, [UP, DOWN], False),
        (NO, [DOWN, UP, DOWN], False),
    ],
)
def test_recovered_is_called_down_and_called_up_since(service, earlier, recovered):
    assert has_recovered(service, earlier) is recovered


def test_without_a_fallen_segment_a_recovery_is_told_plainly():
    told = sentence(UP, NO, earlier=[DOWN], needed=1)
    assert told == "Service improved; the relationship does not show it yet."


@pytest.mark.parametrize(
    ("fallen", "named"),
    [
        ([BASIC], "it is plan Basic."),
        ([BASIC, NORTH], "it is plan Basic and region North."),
        ([BASIC, NORTH, PLUS, PLUS], "it is plan Basic, region North and 2 more."),
    ],
)
def test_several_fallen_segments_are_all_told(fallen, named):
    assert sentence(UP, NO, earlier=[DOWN], fallen=fallen, needed=1).endswith(named)


def test_steady_is_heard_as_no_call():
    assert [heard(call) for call in (UP, DOWN, STEADY, NO)] == [UP, DOWN, NO, NO]


@pytest.mark.parametrize(
    ("changes", "others", "found"),
    [
        ({BASIC: DOWN, PLUS: UP}, {}, Opposed(rose=PLUS, fell=BASIC)),
        # Of two properties: they are the same people looked at twice.
        ({BASIC: DOWN, NORTH: UP}, {}, None),
        ({BASIC: DOWN, PLUS: NO}, {BASIC: UP, PLUS: DOWN}, Opposed(rose=None, fell=BASIC)),
        ({BASIC: NO, PLUS: UP}, {BASIC: NO, PLUS: DOWN}, Opposed(rose=PLUS, fell=None)),
        # A call on one side only.
        ({BASIC: DOWN, PLUS: STEADY}, {BASIC: NO, PLUS: DOWN}, None),
        ({BASIC: NO}, {BASIC: UP}, None),
        ({BASIC: DOWN}, {}, None),
        ({BASIC: DOWN, PLUS: DOWN}, {BASIC: DOWN, PLUS: DOWN}, None),
        ({}, {}, None),
    ],
)
def test_opposite_directions_need_a_call_in_each(changes, others, found):
    assert opposed(changes, others) == found
