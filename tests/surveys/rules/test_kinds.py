"""What customers read of a programme: never the name that staff gave it."""

import pytest

from surveys.rules.kinds import kind_name


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"public_name": "support"}, "support"),
        ({"is_relational": True}, "Acme as a whole"),
        ({"topics": ["your bill"]}, "your bill"),
        ({"topics": ["your bill", "", "your bill", "your parcel"]}, "your bill and your parcel"),
        ({"topics": ["a", "b", "c"]}, "a, b and c"),
        ({"topics": ["a", "b", "c", "d"]}, "a contact you had with us"),
        ({}, "a contact you had with us"),
    ],
)
def test_the_name_of_a_kind(fields, name):
    given = {"public_name": "", "is_relational": False, "organisation": "Acme", "topics": []}
    assert kind_name(**given | fields) == name
