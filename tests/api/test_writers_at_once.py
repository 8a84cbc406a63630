"""Many programs write about the same few people at once: nothing is lost (D-40)."""

import os
import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections
from django.test import Client

from api.problems import Kind
from kit import clock, tenancy
from surveys.models import Company, Customer, Interaction
from tests.api.conftest import Program, a_key, a_world
from tests.api.problem_documents import check_problem
from tests.at_once import elsewhere, until_somebody_waits
from tests.builders import a_customer

PEOPLE, WRITERS = 50, 8
ACTS = 1500 if os.environ.get("FULL") else 10
TOGETHER = 12
AT = (clock.now() - timedelta(hours=1)).isoformat()


class Writer:
    """One program: what it was told is stored, it remembers."""

    def __init__(self, key, number, ids):
        self.program, self.mine = Program(key, Client()), f"w{number}"
        self.draw, self.ids, self.made = random.Random(number), ids, 0
        self.last, self.added, self.statuses = {}, Counter(), Counter()

    def write(self):
        acts = [self.report, self.report_many, self.change, self.add_one]
        for _ in range(ACTS):
            self.draw.choice(acts)()
        connections["default"].close()
        return self

    def _told(self, answer):
        self.statuses[answer.status_code] += 1
        return answer.status_code

    def _said(self, place):
        """The next number of this writer about somebody, and a company that others name too."""
        self.made += 1
        return {
            "external_id": f"P-{place}",
            "company": f"Company {self.draw.randrange(5)}",
            "properties": {self.mine: self.made},
        }

    def _interaction(self, place):
        return {
            "source_id": f"{self.mine}-{self.made + 1}",
            "touchpoint": "acme-billing",
            "occurred_at": AT,
            "customer": self._said(place),
        }

    def report(self):
        place = self.draw.randrange(PEOPLE)
        body = self._interaction(place)
        if self._told(self.program.post("/interactions", body)) == 201:
            self.last[place] = self.made

    def report_many(self):
        places = self.draw.sample(range(PEOPLE), TOGETHER)
        items = [self._interaction(place) for place in places]
        answer = self.program.post("/interactions/bulk", {"items": items})
        if self._told(answer) == 200:
            for place, item, result in zip(places, items, answer.json()["results"], strict=True):
                assert result["status"] == 201
                self.last[place] = item["customer"]["properties"][self.mine]

    def change(self):
        place = self.draw.randrange(PEOPLE)
        said = self._said(place)
        del said["external_id"]
        if self._told(self.program.patch(f"/customers/{self.ids[place]}", said)) == 200:
            self.last[place] = self.made

    def add_one(self):
        """Read, add, write if nobody else has written since."""
        place = self.draw.randrange(PEOPLE)
        path = f"/customers/{self.ids[place]}"
        read = self.program.get(path)
        count = read.json()["properties"].get("count", 0)
        body = {"properties": {"count": count + 1}}
        if self._told(self.program.patch(path, body, If_Match=read["ETag"])) == 200:
            self.added[place] += 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.timeout(600)
def test_eight_writers_over_the_same_fifty_rows_lose_nothing():
    world = a_world()
    with tenancy.organisation(world.organisation.pk):
        ids = [a_customer(world.organisation, external_id=f"P-{n}").pk for n in range(PEOPLE)]
        before = Interaction.objects.count(), Company.objects.count()
    key = a_key(world.organisation).text
    writers = [Writer(key, number, ids) for number in range(WRITERS)]
    with ThreadPoolExecutor(WRITERS) as pool:
        done = list(pool.map(Writer.write, writers))
    statuses = sum((writer.statuses for writer in done), Counter())
    assert set(statuses) <= {200, 201, 412}, statuses
    assert statuses.total() == WRITERS * ACTS
    with tenancy.organisation(world.organisation.pk):
        rows = Customer.objects.filter(external_id__startswith="P-")
        stored = {int(row.external_id[2:]): row.properties for row in rows}
        reported = Interaction.objects.count() - before[0]
        companies = Company.objects.count() - before[1]
    for writer in done:
        mine = {place: said[writer.mine] for place, said in stored.items() if writer.mine in said}
        assert mine == writer.last
    added = sum((writer.added for writer in done), Counter())
    assert {place: said["count"] for place, said in stored.items() if "count" in said} == added
    assert (reported > WRITERS * ACTS / 4, companies) == (True, 5)


@pytest.mark.django_db(transaction=True)
def test_a_change_by_its_etag_waits_for_whoever_writes_and_gives_way():
    world = a_world()
    program = Program(a_key(world.organisation).text, Client())
    path = f"/customers/{world.customer.pk}"
    seen = program.get(path)["ETag"]
    with elsewhere() as start:
        with tenancy.organisation(world.organisation.pk):
            Customer.objects.filter(pk=world.customer.pk).update(name="Grace")
            late = start(lambda: program.patch(path, {"name": "Ada"}, If_Match=seen))
            until_somebody_waits()
        check_problem(late.result(), Kind.PRECONDITION_FAILED)
    assert program.get(path).json()["name"] == "Grace"
