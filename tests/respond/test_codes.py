"""A link as a picture: the same link, no cookie, nothing stored, nothing told of the question."""

import struct
from xml.etree import ElementTree

import pytest

from kit import tokens
from kit.pictures import qr_png, qr_svg

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("kind", "media"), [("svg", "image/svg+xml"), ("png", "image/png")])
def test_whoever_has_the_link_has_its_picture(customer, asked, every_row, settings, kind, media):
    before = every_row(asked)
    answered = customer.get(f"{asked.survey}/qr.{kind}")
    draw = {"svg": qr_svg, "png": qr_png}[kind]
    assert answered.content == draw(f"http://testserver{asked.survey}")  # the host that was asked
    assert answered["Content-Type"] == media
    assert answered["Cache-Control"] == "no-store"
    assert answered["Referrer-Policy"] == "no-referrer"
    assert not answered.cookies
    assert every_row(asked) == before


@pytest.mark.parametrize(
    ("host", "drawn"),
    [
        ("feedback.example", "https://feedback.example:8443"),
        ("feedback.example:8443", "https://feedback.example:8443"),
        ("localhost:9", "https://feedback.example:8443"),
        ("ask.acme.example:8443", "https://ask.acme.example:8443"),
    ],
)
def test_the_picture_leads_to_the_host_that_was_asked_if_customers_can_reach_it(
    customer, asked, settings, host, drawn
):
    settings.BASE_URL, settings.ALLOWED_HOSTS = "https://feedback.example:8443", ["*"]
    shown = customer.get(f"{asked.survey}/qr.svg", headers={"host": host})
    assert shown.content == qr_svg(f"{drawn}{asked.survey}")


def test_another_link_is_another_picture():
    assert qr_svg("https://a.example/s/1") != qr_svg("https://a.example/s/2")


@pytest.mark.parametrize("kind", ["svg", "png"])
def test_no_picture_of_a_link_that_is_none(customer, asked, kind):
    wrong = customer.get(f"/s/{'x' * 25}/qr.{kind}")
    assert (wrong.status_code, wrong["Content-Type"]) == (404, "text/html; charset=utf-8")
    other = customer.get(f"/s/{tokens.sign('unsubscribe', asked.invitation.pk)}/qr.{kind}")
    assert other.content == wrong.content
    assert customer.post(f"{asked.survey}/qr.{kind}").status_code == 405


def test_the_picture_is_drawn_without_styles_and_scripts():
    drawn = ElementTree.fromstring(qr_svg("https://a.example/s/1"))
    assert {each.tag.rpartition("}")[2] for each in drawn.iter()} == {"svg", "path"}
    assert not [each for each in drawn.iter() if "style" in each.attrib]


def test_a_receipt_printer_gets_pixels_enough():
    width, height = struct.unpack(
        ">II", qr_png("https://feedback.acme.example/s/1" + "x" * 22)[16:24]
    )
    assert width == height
    assert width >= 370, "ten pixels for each of at least 37 modules"
