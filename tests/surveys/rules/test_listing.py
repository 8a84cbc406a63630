"""A list names everybody once, however people write it, and says which lines it cannot read."""

import pytest

from surveys.rules.listing import MOST_LINES, Person, read_list


def people(*rows):
    return list(read_list(enumerate(rows, start=1)).people.values())


@pytest.mark.parametrize(
    ("row", "person"),
    [
        (["ada@mail.example"], Person("ada@mail.example")),
        (["ada@mail.example", "Ada Okafor"], Person("ada@mail.example", name="Ada Okafor")),
        (["Ada Okafor", "ada@mail.example"], Person("ada@mail.example", name="Ada Okafor")),
        (["Ada <ada@mail.example>"], Person("ada@mail.example", name="Ada")),
        ([' "Ada" <ada@mail.example>', ""], Person("ada@mail.example", name="Ada")),
    ],
)
def test_lines_without_names_of_columns(row, person):
    assert people(row) == [person]


def test_columns_may_be_named():
    header = ["Name", "Customer ID", "E-mail address"]
    assert people(header, ["Ada", "c-1", "ada@mail.example"], ["", "c-2", ""]) == [
        Person("ada@mail.example", "c-1", "Ada"),
        Person("", "c-2", ""),
    ]


def test_somebody_twice_is_asked_once():
    listing = read_list(
        enumerate([["Ada@mail.example"], ["ada@MAIL.example"], ["obi@mail.example"]], start=1)
    )
    assert (len(listing.people), listing.twice) == (2, 1)


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (["Ada Okafor"], "this is no e-mail address"),
        (["ada@mail"], "this is no e-mail address"),
        (["ada@mail.example\u202e", ""], "it holds characters that cannot be seen"),
        (["x" * 250 + "@mail.example"], "this is no e-mail address"),
        (["ada@mail.example", "A" * 121], "a value is too long"),
        (["", "Ada"], "it names nobody"),
    ],
)
def test_a_line_that_names_nobody_is_told(row, why):
    listing = read_list([(1, ["email", "name"]), (7, row)])
    assert (listing.faults, listing.faulty, listing.people) == ([(7, why)], 1, {})


def test_a_list_ends_where_it_is_too_long():
    listing = read_list((n, [f"c{n}@mail.example"]) for n in range(1, MOST_LINES + 10))
    assert len(listing.people) == MOST_LINES + 1
    assert listing.faulty == 1
