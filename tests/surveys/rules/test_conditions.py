"""Conditions on the frozen context, also where nothing is known."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.rules.conditions import (
    Comparison,
    Condition,
    ConditionIsWrong,
    conditions_of,
    first_failing,
)


@pytest.mark.parametrize(
    ("test", "values", "holds", "fails"),
    [
        ("is", ["Basic"], ["Basic", "basic"], ["Plus", "", None, 1, True]),
        ("is", ["5"], [5, 5.0, "5"], [6, "five", None, True]),
        ("is", ["yes"], [True, "Yes", "true"], [False, None, 1]),
        ("is", ["True"], [True, "yes", "true"], [False, None, 1]),
        ("is not", ["false"], [True, None, "x"], [False, "no", "False"]),
        ("is not", ["Basic"], ["Plus", None, 5], ["Basic", "BASIC"]),
        ("is one of", ["Basic", "Plus"], ["Plus", "basic"], ["Pro", None]),
        ("is at least", ["10"], [10, 10.5, "11"], [9.9, "ten", None, True]),
        ("is at most", ["10"], [10, -3, "9"], [10.1, "ten", None, False]),
        ("is known", [], ["x", 0, False], [None]),
    ],
)
def test_what_a_condition_holds_of(test, values, holds, fails):
    condition = Condition("plan", Comparison(test), tuple(values))
    assert [value for value in holds if not condition.holds({"plan": value})] == []
    assert [value for value in fails if condition.holds({"plan": value})] == []
    assert condition.holds({}) == (test == "is not")


@pytest.mark.parametrize(
    ("test", "values", "why"),
    [
        ("is known", ["x"], "takes no value"),
        ("is", [], "with which value"),
        ("is", ["a", "b"], "is one of"),
        ("is at least", ["ten"], "numbers"),
        ("is at most", ["nan"], "numbers"),
        ("is at most", ["inf"], "numbers"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_the_reason(test, values, why):
    with pytest.raises(ConditionIsWrong, match=why):
        Condition("plan", Comparison(test), tuple(values))


def test_conditions_read_as_sentences_and_come_back_as_stored():
    conditions = (
        Condition("plan", Comparison.ONE_OF, ("Basic", "Plus", "Pro")),
        Condition("years", Comparison.AT_LEAST, ("2",)),
        Condition("region", Comparison.KNOWN),
    )
    assert [str(each) for each in conditions] == [
        "plan is one of Basic, Plus or Pro",
        "years is at least 2",
        "region is known",
    ]
    assert conditions_of([each.stored() for each in conditions]) == conditions


def test_all_must_hold_and_the_first_that_does_not_is_named():
    first, second = Condition("a", Comparison.IS, ("1",)), Condition("b", Comparison.IS, ("2",))
    assert first_failing([first, second], {"a": 1, "b": 2}) is None
    assert first_failing([first, second], {"a": 1, "b": 3}) is second
    assert first_failing([first, second], {}) is first


@given(
    st.one_of(st.none(), st.text(max_size=5), st.integers(-9, 9), st.floats(), st.booleans()),
    st.sampled_from(["Basic", "5", "yes", "-0.0"]),
)
def test_is_and_is_not_are_each_others_opposite(value, meant):
    context = {"x": value}
    is_it = Condition("x", Comparison.IS, (meant,)).holds(context)
    assert Condition("x", Comparison.IS_NOT, (meant,)).holds(context) is not is_it
    assert Condition("x", Comparison.ONE_OF, (meant,)).holds(context) is is_it
