"""Fifty random questions: page, API and figures export answer with the same digits."""

import csv
import random
import re
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from accounts.actions.keys import Wanted, create_key
from accounts.rules.scopes import Scope
from kit import clock
from metrics.actions.tracking import track_property
from metrics.statistics.rounding import half_away
from surveys.models import Response
from tests.console.conftest import MAYA, World

QUESTIONS = 50
MINUS = "\u2212"
SAID = ["", "My bill was wrong", "They called about the bills", "A lovely call"]
KEYS = {"plan": ["Basic", "Plus"], "region": ["North", "South"], "desk": ["1", "2", "3"]}


@pytest.fixture
def world(db):
    """Some hundred answers of all standings; plan and region are tracked, desk is not.

    What they say has nothing to do with the rest.
    """
    now = clock.now().replace(microsecond=0)
    chance, world = random.Random(11), World("Acme Mobile", now)
    world.member("viewer")
    with world.inside():
        world.chat = world.touchpoint("Chat")
        world.shop = world.touchpoint("Shop", kind="experience")
        for key in ("plan", "region"):
            track_property(organisation_id=world.id, key=key, now=now)
        people = [world.customer(f"Customer {number}") for number in range(90)]
        for number in range(420):
            _answer(world, chance, people[number % 90], is_relational=number % 2 == 0)
        world.fold()
    return world


def _answer(world, chance, person, *, is_relational):
    at = world.now - timedelta(days=chance.choice([5, 40, 80, 130, 370, 400]), hours=1)
    response = world.answer(
        chance.choice([0, 3, 7, 8, 9, 10]) if is_relational else chance.choice([1, 3, 4, 5]),
        SAID[Response.objects.count() % len(SAID)],
        customer=person,
        at=at,
        relational=is_relational,
        standing=chance.choices(["counted", "suspect", "excluded"], [8, 1, 1])[0],
        context={key: chance.choice(values) for key, values in KEYS.items()},
    )
    if not is_relational:
        place = chance.choice([world.phone, world.phone, world.chat, world.shop])
        Response.objects.filter(pk=response.pk).update(touchpoint=place)


def questions(world):
    """Addresses with any number of parts, as people would put them together."""
    chance, words = random.Random(5), random.Random(6)
    for _ in range(QUESTIONS):
        parts = [chance.choice(["days=30", "days=90", "days=365", _days(world, "", 100, 10)])]
        parts += [chance.choice(["", "", "against=year", _days(world, "against_", 450, 101)])]
        parts += [chance.choice(["", "", f"programme={chance.choice([world.csat, world.nps]).pk}"])]
        parts += [chance.choice(["", "", f"touchpoint={chance.choice(['phone', 'shop'])}"])]
        for key in chance.sample(list(KEYS), chance.choice([0, 0, 1, 1, 2, 3])):
            parts.append(f"segment={key}:{chance.choice(KEYS[key])}")
        parts += [chance.choice(["", "suspects=on"])]
        parts += [words.choice(["", "", "", "", "", "q=bill"])]
        yield [part for part in parts if part]


def _days(world, prefix, first, last):
    ends = (world.now.date() - timedelta(days=days) for days in (first, last))
    return "&".join(f"{prefix}{name}={day}" for name, day in zip(("from", "to"), ends, strict=True))


def page_digits(world, client, query):
    """Score, interval, n and verdict of both cards as the page prints them."""
    answer = client.get(f"{world.url('overview')}?{query}")
    assert answer.status_code == 200, query
    page = BeautifulSoup(answer.content, "html.parser")
    return {name: _card(page, name.lower()) for name in ("Service", "Experience")}


def _card(page, name):
    card = page.find("h2", id=f"{name}-title").find_parent("section")
    n, score, verdict = (card.select_one(one) for one in ("a.n", ".score b", ".verdict"))
    if n is None:
        return {"n": 0, "score": None, "interval": "", "verdict": None, "mean": None}
    said = verdict and re.sub(r" as of .*", "", " ".join(verdict.get_text("").split()))
    return {
        "n": int(n.get_text().removeprefix("n = ").replace(",", "")),
        "score": score and _number(score.get_text()),
        "interval": card.select_one(".interval").get_text(),
        "verdict": said,
        "mean": card.select_one(".legend .mean"),
    }


def _number(text):
    return int(text.replace(MINUS, "-").removesuffix(" %"))


def file_digits(world, client, query):
    answer = client.get(f"{world.url('overview_csv')}?{query}")
    lines = csv.DictReader(b"".join(answer.streaming_content).decode("utf-8-sig").splitlines())
    return {row["figure"]: row for row in lines if row["figure"] in ("Service", "Experience")}


def api_digits(program, metric, query):
    answer = program(f"/api/v1/metrics/{metric}?{query}")
    assert answer.status_code == 200, answer.content
    return answer.json()


@pytest.fixture
def program(world):
    with world.inside():
        wanted = Wanted(name="BI", scopes=[Scope.METRICS_READ])
        key = create_key(organisation_id=world.id, wanted=wanted, actor=MAYA, now=world.now)
    client, headers = Client(), {"Authorization": f"Bearer {key.text}"}
    return lambda address: client.get(address, headers=headers)


def test_page_api_and_export_give_the_same_digits(world, program, monkeypatch):
    # Digits are the matter here; the pictures would take most of the time.
    monkeypatch.setattr("reports.actions.drawing.draw", lambda _spec: "<svg></svg>")
    client, called, small, searched = world.client("viewer"), 0, 0, 0
    places = {"touchpoint=phone": world.phone.pk, "touchpoint=shop": world.shop.pk}
    for parts in questions(world):
        by_id = [f"touchpoint={places[part]}" if part in places else part for part in parts]
        page = page_digits(world, client, "&".join(by_id))
        rows = file_digits(world, client, "&".join(by_id))
        for name, metric, more in (
            ("Service", "csat", ["touchpoint_kind=service"]),
            ("Experience", "nps", []),
        ):
            programmes = {"csat": world.csat.pk, "nps": world.nps.pk}
            other = {one for key, one in programmes.items() if key != metric}
            if any(part == f"programme={one}" for part in parts for one in other):
                continue  # the API says that this programme asks something else
            api = api_digits(program, metric, "&".join([*parts, *more]))
            _compare(page[name], rows[name], api, metric)
            called += page[name]["verdict"] is not None
            small += page[name]["n"] > 0 and page[name]["score"] is None
            searched += page[name]["n"] > 0 and "q=bill" in parts
    assert (called > 7, small > 10, searched > 3) == (True, True, True)


def _compare(shown, row, api, metric):
    assert shown["n"] == int(row["n"]) == api["n"]
    if shown["score"] is not None:
        assert shown["score"] == int(row["score"]) == api["shown"]
    assert float(row["value"] or "nan") == pytest.approx(
        float("nan") if api["value"] is None else api["value"], nan_ok=True, abs=0
    )
    if shown["n"]:
        assert shown["interval"] == _interval(int(row["low"]), int(row["high"]), metric)
        whole = api["interval"]
        assert abs(whole["low"] - int(row["low"])) <= 0.5
        assert abs(whole["high"] - int(row["high"])) <= 0.5
    assert (shown["mean"] is not None) == (metric == "csat" and shown["score"] is not None)
    if shown["mean"]:
        told = re.findall(r"\d\.\d", shown["mean"].get_text())
        exact = [api["mean"][name] for name in ("value", "low", "high")]
        assert [float(one) for one in told] == pytest.approx(exact[: len(told)], abs=0.0551)
    words = api["verdict"] and api["verdict"]["sentence"]
    assert shown["verdict"] == (row["verdict_in_words"] or None) == words
    if words:
        both = (api["verdict"]["now"]["n"], api["verdict"]["before"]["n"])
        assert (int(row["n_compared"]), int(row["n_before"])) == both
        assert (row["verdict"], float(row["change"])) == (
            api["verdict"]["call"],
            api["verdict"]["change"],
        )


def _interval(low, high, metric):
    if metric == "csat":
        return f"{low} to {high} %"
    return " to ".join(f"{end:+}".replace("-", MINUS).replace("+0", "0") for end in (low, high))


def sides(world):
    """Addresses of the page Compare: other days, other parts, both, and neither."""
    b_days = _days(world, "b_", 450, 101)
    yield from (
        "days=90",
        f"{_days(world, '', 100, 0)}&{b_days}",
        "days=365&segment=plan:Basic&b_segment=plan:Plus",
        f"days=90&segment=desk:1&{b_days}&b_segment=desk:2",
        "days=365&touchpoint=phone&b_touchpoint=shop&suspects=on",
        f"days=90&segment=plan:Basic&{b_days}&b_q=bill",
        "days=365&segment=plan:Basic&b_segment=region:North",
    )


def test_compare_and_its_api_give_the_same_digits(world, program, monkeypatch):
    monkeypatch.setattr("reports.actions.drawing.draw", lambda _spec: "<svg></svg>")
    client, calls = world.client("viewer"), set()
    for query in sides(world):
        for compared, metric in (("csat", "csat"), ("experience", "nps")):
            by_id = query.replace("=phone", f"={world.phone.pk}").replace(
                "=shop", f"={world.shop.pk}"
            )
            answer = client.get(f"{world.url('compare')}?metric={compared}&{by_id}")
            page = BeautifulSoup(answer.content, "html.parser")
            api = api_digits(program, f"{metric}/comparison", query)
            assert _compared(page) == _told(api, metric)
            calls.add(api["verdict"] and api["verdict"]["call"])
    assert len(calls) >= 2


def _compared(page):
    """What the page prints: the sentence, both sides, difference, interval."""
    found = [
        (one.select_one(".n").get_text(), one.select_one(".interval").get_text())
        for one in (page.find(id=f"side-{key}").find_parent("section") for key in "AB")
    ]
    facts = [one.get_text() for one in page.select("dl.facts dd")[:2]]
    return " ".join(page.select_one("main .verdict").get_text("").split()), found, facts


def _told(api, metric):
    both = [
        (f"n = {side['n']}", _whole(side["interval"], metric) if side["interval"] else "")
        for side in (api["a"], api["b"])
    ]
    verdict = api["verdict"]
    facts = verdict and [
        f"{_signed(verdict['change'])} points",
        " to ".join(_signed(verdict["interval"][end]) for end in ("low", "high")),
    ]
    return api["sentence"], both, facts or []


def _whole(interval, metric):
    return _interval(half_away(interval["low"]), half_away(interval["high"]), metric)


def _signed(points):
    return f"{half_away(points):+}".replace("-", MINUS).replace("+0", "0")
