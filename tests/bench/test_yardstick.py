"""The yardstick shows the very page that it is compared with."""

from django.template.loader import render_to_string

from bench.yardstick.urls import CONTEXT


def test_its_page_is_made_of_what_the_product_shows():
    page = render_to_string("respond/question.html", {**CONTEXT, "score": 4})
    assert "Bench Mobile" in page
    assert page.count('type="radio"') == 5
