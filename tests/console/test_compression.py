"""Pages are compressed for whoever comes from our own pages, and for nobody else."""

import gzip

import pytest
from django.test import Client

OURS = {"Accept-Encoding": "gzip, deflate, br", "Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def world(acme):
    with acme.inside():
        acme.answer(4, "Waited 40 minutes")
    return acme


@pytest.fixture
def owner(world):
    return world.client("owner")


@pytest.mark.parametrize("site", ["same-origin", "none"])
def test_whoever_comes_from_our_pages_gets_a_quarter_of_the_bytes(world, owner, site):
    plain = owner.get(world.url("responses"))
    packed = owner.get(world.url("responses"), headers={**OURS, "Sec-Fetch-Site": site})

    assert plain.headers.get("Content-Encoding") is None
    assert packed["Content-Encoding"] == "gzip"
    assert packed["Content-Length"] == str(len(packed.content))
    assert "Waited 40 minutes" in gzip.decompress(packed.content).decode()
    assert len(packed.content) * 4 < len(plain.content)
    assert {"Accept-Encoding", "Sec-Fetch-Site"} <= set(packed["Vary"].split(", "))


@pytest.mark.parametrize("site", ["cross-site", "same-site", "", None])
def test_nobody_else_learns_a_compressed_length(world, owner, site):
    headers = {"Accept-Encoding": "gzip"} | ({} if site is None else {"Sec-Fetch-Site": site})

    page = owner.get(world.url("responses"), {"q": "Waited"}, headers=headers)

    assert page.headers.get("Content-Encoding") is None
    assert "Sec-Fetch-Site" in page["Vary"]
    assert "40 minutes" in page.content.decode()


def test_two_equal_answers_differ_in_length(world, owner):
    lengths = {len(owner.get(world.url("responses"), headers=OURS).content) for _ in range(8)}
    assert len(lengths) > 1


def test_files_and_what_programs_read_stay_as_they_are(world, owner):
    file = owner.get(world.url("responses_csv"), headers=OURS)
    health = Client().get("/healthz", headers=OURS)

    for answer in (file, health):
        assert answer.headers.get("Content-Encoding") is None
        assert "Sec-Fetch-Site" not in answer.headers.get("Vary", "")
