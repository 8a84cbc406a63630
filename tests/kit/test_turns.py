"""Places are bounded, given back once, and never lost with an answer that nobody closed."""

import pytest

from kit.turns import NoPlace, Place, Places


def test_so_many_are_taken_and_one_more_is_refused():
    places = Places(2)
    held = [places.take(), places.take()]

    with pytest.raises(NoPlace):
        places.take()

    held[0].give_back()
    held[0].give_back()  # once is enough
    held.append(places.take())
    with pytest.raises(NoPlace):
        places.take()


def test_who_is_forgotten_gives_back():
    places = Places(1)
    place = places.take()
    del place

    assert isinstance(places.take(), Place)
