"""The first question for other tools' mails: plain links, nothing loaded, nothing breaks out."""

import pytest
from bs4 import BeautifulSoup

from kit import tenancy, tokens
from surveys.channels.snippets import NoVariable, snippet
from surveys.models import PublicLink
from tests.builders import NOW, a_programme, a_touchpoint, an_organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def make_link(db):
    def making(metric="nps", name="Acme Mobile", **own):
        organisation = an_organisation(name, **own)
        with tenancy.organisation(organisation.pk):
            place = a_touchpoint(organisation, topic="your bill")
            programme = a_programme(organisation, place, metric=metric)
            return PublicLink.objects.create(
                organisation=organisation,
                programme=programme,
                touchpoint=place,
                name="Mails",
                created_at=NOW,
                created_by="maya@acme.example",
            )

    return making


def read(link, variable=""):
    with tenancy.organisation(link.organisation_id):
        return BeautifulSoup(snippet(link, variable), "html.parser")


@pytest.mark.parametrize(
    ("metric", "first", "last"), [("nps", 0, 10), ("csat", 1, 5), ("ces", 1, 7)]
)
def test_each_point_is_a_plain_link(make_link, settings, metric, first, last):
    link = make_link(metric)
    page = read(link)
    address = f"{settings.BASE_URL}/l/{tokens.sign('public link', link.pk)}"
    assert [tag["href"] for tag in page.find_all("a")] == [
        f"{address}?score={score}" for score in range(first, last + 1)
    ]
    assert {tag.name for tag in page.select("*")} == {"table", "tr", "td", "a"}
    assert {name for tag in page.select("*") for name in tag.attrs} <= {
        "role", "cellpadding", "cellspacing", "border", "dir", "lang", "style", "href", "title",
    }  # fmt: skip
    assert "url(" not in str(page)


def test_another_tools_placeholder_stands_before_the_score(make_link):
    page = read(make_link("csat"), "*|SURVEY|*")
    assert page.find("a")["href"] == "*|SURVEY|*?score=1"
    assert "/l/" not in str(page)
    named = "sees your answer together with your name"
    assert named in page.get_text()
    assert named not in read(make_link("csat")).get_text()


@pytest.mark.parametrize(
    "variable", ['x"onclick', "<b>", "a b", "a?b", "a#b", "a&b", "a\nb", "a\u202eb", "x" * 201, "'"]
)
def test_what_could_break_out_of_a_link_is_refused(make_link, variable):
    with pytest.raises(NoVariable):
        read(make_link(), variable)


def test_hostile_names_stay_text(make_link):
    page = read(make_link(name='<img src=x onerror="alert(1)">'))
    assert not page.find("img")


def test_it_speaks_the_organisations_language(make_link):
    page = read(make_link(language="ar"))
    assert (page.table["lang"], page.table["dir"]) == ("ar", "rtl")
    assert "How likely" not in page.get_text()
