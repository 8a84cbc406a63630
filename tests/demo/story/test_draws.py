from cxapp.demo.story.draws import Draws

KNOWN = [0.191717, 0.733805, 0.645949]


def numbers(draw, count=20):
    return [draw.unit() for _ in range(count)]


def test_a_name_owns_its_numbers_whatever_else_is_drawn():
    alone = numbers(Draws(7).of("customer", 5, "truth"))
    draws = Draws(7)
    numbers(draws.of("customer", 4, "truth"))
    numbers(draws.of("customer", 5, "revenue"))
    assert numbers(draws.of("customer", 5, "truth")) == alone


def test_seed_entity_id_and_purpose_each_make_other_numbers():
    keys = [
        (7, "a", 1, "x"),
        (8, "a", 1, "x"),
        (7, "b", 1, "x"),
        (7, "a", 2, "x"),
        (7, "a", 1, "y"),
    ]
    rows = [tuple(numbers(Draws(seed).of(*rest))) for seed, *rest in keys]
    assert len(set(rows)) == len(keys)


def test_known_first_numbers_stay_what_they_are():
    """A change here moves every digit of the demo."""
    draw = Draws(7).of("customer", 5, "truth")
    assert [round(draw.unit(), 6) for _ in range(3)] == KNOWN


def test_units_fill_the_unit_interval_evenly():
    units = numbers(Draws(1).of("x", 1, "y"), 8000)
    assert 0 <= min(units) < 0.001
    assert 0.999 < max(units) < 1
    assert abs(sum(units) / len(units) - 0.5) < 0.015


def test_weights_need_not_add_to_one():
    draw = Draws(1).of("x", 1, "y")
    drawn = [draw.weighted((("a", 3), ("b", 1))) for _ in range(8000)]
    assert abs(drawn.count("a") / 8000 - 0.75) < 0.02
