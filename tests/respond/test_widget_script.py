"""The widget's script: small, kept well, and in Chromium on a page of another site."""

import gzip
import json
import subprocess
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import SimpleNamespace

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import DatabaseError
from django.test import Client
from playwright._impl._driver import compute_driver_executable

from accounts.models import Organisation
from kit import clock, tenancy, tokens
from respond.templatetags.bidi import isolated
from respond.widget import script, steps
from surveys.models import PublicLink, Response, Widget
from surveys.rules.widgets import is_on
from tests.accounts.rules.test_logos import a_noisy_png
from tests.builders import a_choice, a_programme, a_touchpoint, a_version, a_widget, an_organisation
from tests.respond.test_browser import shown_for

MOST_BYTES = 10_000
# The strictest policy with which it works: the two directives that the guide names.
POLICY = (
    "default-src 'none'; script-src {site}; connect-src {site}; base-uri 'none'; "
    "require-trusted-types-for 'script'"
)
HTML = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Help</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<script src="{site}/w/v1.js" data-widget="{token}" async></script></head>
<body><main><h1>Help with your bill</h1><p><a href="#more">More</a></p>
<p><label>Search <input name="q"></label></p>
<p><button type="button" data-cxapp-open>Tell us</button></p></main></body></html>"""


# --- the file -------------------------------------------------------------------------------------


def test_it_is_small():
    plain, packed, _ = script.script()
    assert gzip.decompress(packed) == plain
    assert len(packed) < MOST_BYTES


def test_a_browser_keeps_it_and_asks_for_what_is_new():
    fresh = Client().get("/w/v1.js", headers={"accept-encoding": "gzip, br"})
    assert (fresh.status_code, fresh["Content-Encoding"]) == (200, "gzip")
    assert gzip.decompress(fresh.content) == script.SOURCE.read_bytes()
    told = {name: fresh[name] for name in ("Content-Type", "Cache-Control", "Vary")}
    assert told == {
        "Content-Type": "text/javascript; charset=utf-8",
        "Cache-Control": "public, max-age=3600, stale-while-revalidate=86400",
        "Vary": "Accept-Encoding",
    }
    assert fresh["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert fresh["Access-Control-Allow-Origin"] == "*"
    known = {"accept-encoding": "gzip", "if-none-match": fresh["ETag"]}
    again = Client().get("/w/v1.js", headers=known)
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", fresh["ETag"])
    assert again["Cache-Control"] == fresh["Cache-Control"]
    plain = Client().get("/w/v1.js", headers=known | {"accept-encoding": "identity"})
    assert (plain.status_code, plain.content) == (200, script.SOURCE.read_bytes())
    assert plain["ETag"] != fresh["ETag"]
    for answer in (fresh, again, plain):
        assert not answer.cookies
        assert "Set-Cookie" not in answer.headers
    assert Client().post("/w/v1.js").status_code == 405


# --- in Chromium ----------------------------------------------------------------------------------


class Elsewhere(BaseHTTPRequestHandler):
    """Another company's web server: the same page at every address, under the strictest policy."""

    html, policy = "", ""

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Security-Policy", self.policy)
        self.end_headers()
        self.wfile.write(self.html.encode())

    def log_message(self, *_args):
        """Say nothing."""


@pytest.fixture(scope="module")
def elsewhere():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def here(db, elsewhere):
    organisation = an_organisation(accent="#f5c400")
    with tenancy.organisation(organisation.pk):
        touchpoint = a_touchpoint(organisation, topic="your bill")
        programme = a_programme(organisation, touchpoint, metric="nps")
        a_version(programme.survey, a_choice(), asks_feeling=True)
        widget, _ = a_widget(
            organisation, programme, touchpoint=touchpoint, origins=[elsewhere], pages=["/help*"]
        )
    return SimpleNamespace(
        organisation=organisation,
        survey=programme.survey,
        widget=widget,
        token=tokens.sign("widget", widget.link_id),
    )


@pytest.fixture
def shop(browser, site, here, elsewhere, monkeypatch):
    """A visitor of another site, whose pages come with the strictest policy."""
    contexts = []
    html = HTML.format(site=site.url, token=here.token)
    monkeypatch.setattr(Elsewhere, "html", html)
    monkeypatch.setattr(Elsewhere, "policy", POLICY.format(site=site.url))

    def visiting(**options):
        # While it comes in its words are pale, and axe would judge whichever moment it meets.
        still = {"reduced_motion": "reduce"}
        usual = {"viewport": {"width": 1280, "height": 800}, "locale": "en-GB", **still}
        context = browser.new_context(base_url=elsewhere, **{**usual, **options})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.complaints = []
        page.on("console", lambda message: page.complaints.append(message.text))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        return page

    yield visiting
    for context in contexts:
        assert context.cookies() == []
        context.close()


def change(here, **fields):
    with tenancy.organisation(here.organisation.pk):
        Widget.objects.filter(pk=here.widget.pk).update(**fields)


def answers(here):
    with tenancy.organisation(here.organisation.pk):
        return list(Response.objects.values_list("score", "standing", "comment", "context"))


def violations(page):
    found = Axe().run(page).response["violations"]
    return [(each["id"], [node["html"] for node in each["nodes"]]) for each in found]


DECIDED = """(name) => new Promise((done) => {
    const look = () => performance.getEntriesByType("resource").some(
        (one) => one.name.endsWith(name)) ? setTimeout(done, 100) : setTimeout(look, 20);
    look();
})"""


def arrive(page, here, path):
    """Open a page on which the script has got its rules and has decided; whether it came."""
    page.goto(path)
    page.evaluate(DECIDED, here.token)
    return page.locator("cxapp-widget").count()


@pytest.mark.django_db(transaction=True)
def test_by_keyboard_alone_on_a_strict_page_and_not_again(shop, here, monkeypatch):
    with tenancy.organisation(here.organisation.pk):
        own = {"not_stored": "Not taken yet. Press Add this again."}
        a_version(here.survey, a_choice(), asks_feeling=True, wording=own)
    shown_for(monkeypatch, timedelta(minutes=1))
    page = shop()
    page.goto("/help/bills?order=77")
    dialog = page.get_by_role("dialog", name="How likely are you to recommend Acme Mobile")
    dialog.wait_for()
    # Nothing had the focus, so the question has it; nothing is behind a mouse.
    assert focused(page) == "h2"
    assert violations(page) == []
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    dialog.get_by_role("button", name="Send my 1").wait_for()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Thank you, your 1 is counted.").wait_for()
    assert answers(here) == [(1, "counted", "", {"source": "Help pages", "page": "/help/bills"})]
    assert focused(page) == "h2"
    assert violations(page) == []
    page.keyboard.press("Tab")
    page.keyboard.type("The bill <b>doubled</b>.")
    page.get_by_role("radio", name="By phone").check()
    page.get_by_role("checkbox", name="Annoyed").check()
    # The two groups of feelings stand beside each other where their words fit, else in one row.
    wide = page.evaluate(FELT)
    assert (wide[0][0], wide[0][1]) == (wide[2][0], wide[3][1])
    page.set_viewport_size({"width": 320, "height": 568})
    narrow = page.evaluate(FELT)
    assert ({left for left, _, _ in narrow}, max(high for *_, high in narrow) < 50) == (
        {narrow[0][0]}, True,
    )  # fmt: skip
    # Where storing fails the organisation's own words say so, and hers are still there.
    with monkeypatch.context() as broken:
        broken.setattr(steps, "record_open_reason", fails)
        page.get_by_role("button", name="Add this").click()
        page.get_by_role("alert").filter(has_text="Not taken yet. Press Add this again.").wait_for()
    words = page.locator("cxapp-widget textarea")
    assert words.input_value() == "The bill <b>doubled</b>."
    words.fill("\u202aThe bill <b>doubled</b>.\u202c")
    page.get_by_role("button", name="Add this").click()
    page.get_by_role("alert").filter(has_text="cannot be seen were taken out").wait_for()
    page.get_by_role("button", name="Add this").click()
    page.get_by_role("heading", name="Thank you for telling us.").wait_for()
    assert [row[2] for row in answers(here)] == ["The bill <b>doubled</b>."]
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.locator("cxapp-widget").wait_for(state="detached")
    kept = page.evaluate("Object.keys(localStorage)")
    assert kept == [f"cxapp.widget.{here.token}"]
    assert arrive(page, here, "/help/other") == 0
    # After the rest period it may come again.
    page.evaluate("(name) => localStorage.setItem(name, Date.now() - 91 * 864e5)", kept[0])
    page.reload()
    dialog.wait_for()
    meant = ("a status of 400", "a status of 503")
    assert [text for text in page.complaints if not any(one in text for one in meant)] == []


def fails(**_values):
    raise DatabaseError


FELT = """() => [...document.querySelector("cxapp-widget").shadowRoot
    .querySelectorAll(".felt span")].map((one) => one.getBoundingClientRect())
    .map((box) => [box.left, box.top, box.height])"""


def shop_tab(page):
    """Another page of the same visitor."""
    return page.context.new_page()


def focused(page):
    return page.evaluate(
        "() => document.activeElement.shadowRoot?.activeElement?.localName"
        " ?? document.activeElement.localName"
    )


PAINTED = """async () => {
    const canvas = document.querySelector("cxapp-widget").shadowRoot.querySelector("canvas");
    for (let tries = 0; canvas.width === 300 && tries < 400; tries += 1) {
        await new Promise((resolve) => setTimeout(resolve, 25));
    }
    const pixel = canvas.getContext("2d").getImageData(1, 1, 1, 1).data;
    return pixel[3] === 255 ? [canvas.width, canvas.height] : null;
}"""


@pytest.mark.django_db(transaction=True)
def test_the_logo_is_painted_where_no_policy_allows_pictures(shop, here, monkeypatch):
    logo = a_noisy_png()
    with tenancy.organisation(here.organisation.pk):
        Organisation.objects.update(logo=logo.text)
    shown_for(monkeypatch, timedelta(minutes=1))
    page = shop()
    page.goto("/help/bills")
    page.get_by_role("img", name="Acme Mobile").wait_for()
    assert page.evaluate(PAINTED) == [logo.width, logo.height]
    assert violations(page) == []
    assert page.complaints == []


@pytest.mark.django_db(transaction=True)
def test_where_it_is_not_to_come_it_does_not(shop, here, monkeypatch):
    shown_for(monkeypatch, timedelta(minutes=1))
    page = shop()
    assert arrive(page, here, "/pay/now") == 0
    change(here, sample_percent=0)
    page = shop()
    assert arrive(page, here, "/help/bills") == 0
    assert page.evaluate("localStorage.length") == 0
    # Whoever wants to say something may all the same, and gets the focus back afterwards.
    page.get_by_role("button", name="Tell us").click()
    page.get_by_role("dialog").wait_for()
    assert focused(page) == "h2"
    page.keyboard.press("Escape")
    page.locator("cxapp-widget").wait_for(state="detached")
    assert focused(page) == "button"
    # Who has answered because she wished to is not asked by itself afterwards.
    page.get_by_role("button", name="Tell us").click()
    page.get_by_role("radio", name="7").check()
    page.get_by_role("button", name="Send my 7").click()
    page.get_by_role("heading", name="Thank you, your 7 is counted.").wait_for()
    change(here, sample_percent=100)
    assert arrive(shop_tab(page), here, "/help/bills") == 0
    assert page.complaints == []


@pytest.mark.django_db(transaction=True)
def test_who_is_typing_is_not_pulled_away_and_escape_is_hers(shop, here):
    change(here, delay_seconds=1)
    page = shop()
    page.goto("/help")
    page.get_by_label("Search").fill("bill")
    page.get_by_role("dialog").wait_for()
    assert focused(page) == "input"
    page.get_by_role("status").get_by_text("Acme Mobile has one question for you").wait_for(
        state="attached"
    )
    page.keyboard.press("Escape")
    assert page.locator("cxapp-widget").count() == 1


NEXT_PAGE = """() => new Promise((done) => {
    navigation.addEventListener("navigatesuccess", () => setTimeout(done));
    history.pushState({}, "", "/help/more");
})"""


@pytest.mark.django_db(transaction=True)
def test_a_closed_one_says_so_and_breaks_no_page_that_follows(shop, here):
    with tenancy.organisation(here.organisation.pk):
        PublicLink.objects.filter(pk=here.widget.link_id).update(revoked_at=clock.now())
    page, broken = shop(), []
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.goto("/help/bills")
    page.get_by_role("button", name="Tell us").click()
    page.get_by_text("This question is closed or was already answered.").wait_for()
    page.keyboard.press("Escape")
    page.evaluate(NEXT_PAGE)
    assert (page.locator("cxapp-widget").count(), broken) == (0, [])


@pytest.mark.django_db(transaction=True)
def test_from_a_site_that_is_not_listed_nothing_comes(shop, here):
    change(here, origins=["https://other.example"])
    page = shop()
    with page.expect_console_message(lambda message: "CORS" in message.text):
        page.goto("/help/bills")
    assert page.locator("cxapp-widget").count() == 0
    assert page.evaluate("localStorage.length") == 0


LOOKS = [
    {
        "viewport": {"width": 320, "height": 568},
        "locale": "ar",
        "color_scheme": "dark",
    },
    {"viewport": {"width": 320, "height": 480}, "locale": "de-DE", "forced_colors": "active"},
]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look["locale"])
def test_it_fits_and_reads_whatever_screen_and_language(shop, here, look):
    if look["locale"] == "de-DE":
        with tenancy.organisation(here.organisation.pk):
            long = "Rindfleischetikettierungsüberwachungsaufgabengesetz"
            Organisation.objects.update(name=long)
    page = shop(**look)
    page.goto("/help")
    page.get_by_role("dialog").wait_for()
    box = page.locator("cxapp-widget section").bounding_box()
    size = look["viewport"]
    assert box["x"] >= 0
    assert box["y"] >= 0
    assert box["x"] + box["width"] <= size["width"]
    assert box["y"] + box["height"] <= size["height"]
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    spilling = page.evaluate(
        "() => { const panel = document.querySelector('cxapp-widget').shadowRoot"
        ".querySelector('section'); return panel.scrollWidth > panel.clientWidth }"
    )
    assert not spilling
    is_mirrored = look["locale"] == "ar"
    direction = page.locator("cxapp-widget section").get_attribute("dir")
    assert direction == ("rtl" if is_mirrored else "ltr")
    # A name that nobody translates keeps its own order.
    kept_apart = page.locator("cxapp-widget header bdi[dir=ltr]").all_inner_texts()
    assert kept_apart == (["Acme Mobile"] if is_mirrored else [])
    assert violations(page) == []


# --- the script and the server decide alike -------------------------------------------------------

TEXTS = [
    *("", "5", "- 3 %", "How was it?", "Café!", "これは?"),
    *("\u0643\u064a\u0641\u061f", "\u05e9\u05dc\u05d5\u05dd.", "Acme \u0645\u0646"),
]
HEBREW, MIXED = TEXTS[-2:]

PATHS = ["/", "/help", "/help/", "/help/a/b", "/a/help", "/aXbXc", "/ab", "/a", "/aa", "/über"]
PATTERNS = ["/", "/*", "/help", "/help/*", "/help*", "*/help", "/a*b*c", "/a*a", "/a*b*b", "/ü*"]


def test_the_script_reads_patterns_as_the_server_does():
    source = script.SOURCE.read_text()
    begins = source.index("const isOn = ")
    function = source[begins : source.index("};", begins) + 2]
    run = (
        f"{function} console.log(JSON.stringify({PATTERNS!r}"
        f".map((one) => {PATHS!r}.map((path) => isOn(one, path)))))"
    )
    expected = [[is_on(pattern, path) for path in PATHS] for pattern in PATTERNS]
    assert _told_by_node(run) == expected


def test_the_script_keeps_words_of_another_direction_apart_as_the_server_does():
    source = script.SOURCE.read_text()
    begins = source.index("const RTL = ")
    function = source[begins : source.index("};", begins) + 2]
    run = (
        'const h = (tag, { dir }, text) => `<${tag} dir="${dir}">${text}</${tag}>`; let asked;'
        f"{function} console.log(JSON.stringify(['ltr', 'rtl'].map((dir) => (asked = {{ dir }})"
        f" && {json.dumps(TEXTS)}.map(isolated))))"
    )
    told = [[isolated(one, direction) for one in TEXTS] for direction in ("ltr", "rtl")]
    assert _told_by_node(run) == told
    assert isolated("How was it?", "rtl") == '<bdi dir="ltr">How was it?</bdi>'
    assert isolated(HEBREW, "ltr") == f'<bdi dir="rtl">{HEBREW}</bdi>'
    assert {isolated(one, "rtl") for one in ("", "5", MIXED)} == {"", "5", MIXED}


def _told_by_node(run):
    node, _ = compute_driver_executable()
    done = subprocess.run([node, "-e", run], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)
