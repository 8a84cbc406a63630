"""`python -m tests.pictures ADDRESS`: take the pictures of README and docs from a running demo."""

import json
import re
import sys
import time
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from cxapp.demo import OWNER, PASSWORD
from tests.conftest import _chromium, _flags

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "pictures"
DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 360, "height": 560}
PATIENCE = 30  # seconds for a mail


def main(address: str) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_chromium(), args=_flags())
        _console(_signed_in(browser, address, "light"))
        _widget(browser, address)
        _survey(browser, _signed_in(browser, address, "light"), address)
        browser.close()


def _signed_in(browser: Browser, address: str, look: str) -> Page:
    page = browser.new_context(viewport=DESKTOP, color_scheme=look).new_page()
    page.goto(f"{address}/")
    page.fill("input[name=login]", OWNER)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url("**/o/**")
    return page


def _console(page: Page) -> None:
    root = page.url
    _keep(page, "overview", height=1180)
    _go(page, f"{root}customers/?q=Okafor", r"/customers/\d+/$")
    _keep(page, "timeline", height=1000)
    page.goto(f"{root}responses/?days=365&q=bill+charged")
    page.check("input[name=response] >> nth=1")
    page.click(".bulk details:has-text('Exclude') summary")
    _keep(page, "corrections", height=720)
    page.goto(f"{root}responses/")
    page.click(".page-head summary.btn")
    _keep(page, "exports", height=560)
    _figures(page, root)
    _sending(page, root)
    _surveys(page, root)
    _links(page, root)
    _settings(page, root)
    _faces(page, root)
    _spoken(page, root)
    _anonymous(page, root)
    _tour(page, root)


def _tour(page: Page, root: str) -> None:
    """What docs/tour.md points at: stops of the story, and customers to meet."""
    page.goto(root)
    stops = page.eval_on_selector_all(".rail ol a", "links => links.map(link => link.href)")
    for number, height in ((2, 760), (3, 900), (7, 1280)):
        page.goto(stops[number - 1])
        _keep(page, f"tour-stop-{number}", height=height)
    page.goto(f"{root}?days=30")
    _keep(page, "tour-chance", height=760)
    page.goto(f"{root}segments/agent/Aisha/?days=365")
    _keep(page, "tour-aisha", height=1300)
    page.goto(f"{root}segments/team/?days=365&now=by%3Aagent")
    _keep(page, "tour-now", height=900)
    page.goto(f"{root}responses/?days=90&segment=plan:Basic&q=pounds")
    _keep(page, "tour-price", height=900)
    for name, height in (("Nair", 760), ("Webb", 760)):
        _go(page, f"{root}customers/?q={name}", r"/customers/\d+/$")
        _keep(page, f"tour-{name.lower()}", height=height)


def _links(page: Page, root: str) -> None:
    """A code for everybody, and the question for other tools' mails."""
    page.goto(f"{root}programmes/")
    page.click("main table a:has-text('After we helped')")
    page.goto(page.url.partition("?")[0] + "links/")
    page.click("main table a:has-text('Poster at the till')")
    _keep(page, "public-link", height=480)
    page.goto(f"{page.url}mail/")
    _keep(page, "in-mails", height=900)


def _faces(page: Page, root: str) -> None:
    """Numbers or faces, in the editor of the survey at the counter."""
    page.goto(f"{root}programmes/")
    page.click("a.main:has-text('At the counter')")
    page.wait_for_url(re.compile(r"/programmes/\d+/\??$"))
    page.goto(page.url.partition("?")[0] + "survey/")
    _keep(page, "faces-editor", height=760)


def _spoken(page: Page, root: str) -> None:
    """What a customer said, written down."""
    _go(page, f"{root}customers/?q=Okafor", r"/customers/\d+/$")
    page.click("a:has-text('Record a spoken answer')")
    page.click("a:has-text('Phone')")
    page.check("[name=score][value='4']")
    page.fill("[name=comment]", "Twenty minutes in the queue, then Meera was lovely.")
    _keep(page, "spoken", height=860)


def _widget(browser: Browser, address: str) -> None:
    """The widget on Acme's help page, as somebody sees it who has read for a while."""
    page = browser.new_context(viewport=DESKTOP, color_scheme="light").new_page()
    page.goto(f"{address}/acme-help/")
    page.get_by_role("dialog").wait_for()
    page.get_by_role("radio").nth(5).check()
    page.evaluate("() => Promise.all(document.getAnimations().map((one) => one.finished))")
    _keep(page, "widget")


def _anonymous(page: Page, root: str) -> None:
    """Figures of groups, and the one page that is asked by, as its preview shows it."""
    page.goto(f"{root}programmes/")
    page.click("a:has-text('Anonymous answers')")
    page.wait_for_url("**/anonymous/")
    _keep(page, "anonymous", height=1240)
    page.goto(page.url.replace("anonymous/", "survey/"))
    asked = page.locator(".preview iframe").get_attribute("src") or ""
    page.set_viewport_size({"width": PHONE["width"], "height": 960})
    page.goto(re.sub(r"/o/.*", "", root) + asked)
    page.screenshot(path=FOLDER / "survey-anonymous.png")
    page.set_viewport_size(DESKTOP)


def _surveys(page: Page, root: str) -> None:
    """The survey editor and how follow-up questions were answered."""
    page.goto(f"{root}programmes/")
    page.click("a.main:has-text('After we helped')")
    page.wait_for_url(re.compile(r"/programmes/\d+/\??$"))
    programme = page.url.partition("?")[0]
    page.goto(f"{programme}survey/?part=questions&shows=why")
    _keep(page, "survey-editor", height=1180)
    page.goto(f"{programme}questions/?days=365")
    _keep(page, "follow-ups", height=700)


def _figures(page: Page, root: str) -> None:
    """The pages of the manager's guide."""
    page.goto(f"{root}gap/")
    _keep(page, "gap", height=1180)
    page.goto(f"{root}journey/")
    _keep(page, "journey", height=1240)
    page.click("main .tile-cell h4 a:text-is('Phone')")
    page.wait_for_url(re.compile(r"/touchpoints/\d+/"))
    page.locator("#asked .funnel").first.wait_for()
    _keep(page, "touchpoint", height=1000)
    page.goto(f"{root}segments/team/")
    _keep(page, "segments", height=640)
    _go(page, f"{root}companies/?q=Northwind&days=365", r"/companies/\d+/\?")
    _keep(page, "company", height=900)


def _sending(page: Page, root: str) -> None:
    """The pages of docs/delivery.md."""
    page.goto(f"{root}programmes/")
    page.click("td a.main:text-is('After we helped')")
    page.wait_for_url(re.compile(r"/programmes/\d+/"))
    page.goto(f"{page.url.partition('?')[0]}delivery/?days=30")
    _keep(page, "delivery", height=1100)
    page.goto(f"{root}settings/sender/")
    page.click("text=Send me a test")
    page.locator("text=The server took it").wait_for()
    page.click("text=Look them up")
    page.locator("text=DMARC").first.wait_for()
    _keep(page, "sender", height=1240)


def _settings(page: Page, root: str) -> None:
    """What an organisation decides about its answers, and what came of it."""
    page.goto(f"{root}settings/brand/")
    page.frame_locator("iframe >> nth=0").locator("form").wait_for()
    _keep(page, "brand", height=760)
    page.goto(f"{root}settings/answering/")
    _keep(page, "machines", height=780)
    page.goto(f"{root}settings/alerts/")
    _keep(page, "alerts", height=480)
    page.goto(f"{root}responses/doubted/?days=365")
    _keep(page, "doubted", height=640)
    _go(page, f"{root}settings/privacy/", r"/receipts/\d+/$")
    _keep(page, "receipt", height=560)
    page.goto(f"{root}settings/privacy/retention/")
    page.fill("input[name=keep_words_months]", "12")
    page.click("button[value=count]")
    _keep(page, "retention", height=1000)
    page.goto(f"{root}programmes/")
    page.click("td a.main:text-is('After we helped')")
    page.wait_for_url(re.compile(r"/programmes/\d+/"))
    page.goto(f"{page.url.partition('?')[0]}decisions/?days=30")
    _keep(page, "decisions", height=640)


def _second_step(phone: Page) -> None:
    """What is asked after Send."""
    phone.wait_for_timeout(1100)  # nobody reads a page faster
    phone.click("button[type=submit]:visible")
    phone.wait_for_url("**/why*")
    phone.screenshot(path=FOLDER / "survey-why.png", full_page=True, scale="css")


def _survey(browser: Browser, page: Page, address: str) -> None:
    """Report an interaction with a new key, open the mail, and the page it leads to."""
    page.goto(f"{page.url}settings/keys/new/")
    page.fill("input[name=name]", f"Pictures {time.time():.0f}")
    page.click("main form button[type=submit]")
    shown = page.inner_text("main pre")
    bearer = re.search(r'"Authorization: (Bearer \S+)"', shown)
    body = json.loads(re.search(r"-d '(.*)'", shown, re.DOTALL)[1])
    body |= {"source_id": f"pictures-{time.time():.0f}", "touchpoint": "billing-enquiry"}
    body["customer"] = {"email": f"ada{time.time():.0f}@mail.example", "name": "Ada Okafor"}
    page.request.post(
        f"{address}/api/v1/interactions", data=body, headers={"Authorization": bearer[1]}
    )
    _mail_to(page, address, body["customer"]["email"])
    _keep(page, "mail", height=920)
    links = [link.get_attribute("href") for link in page.frames[1].locator("a").all()]
    phone = browser.new_context(viewport=PHONE, device_scale_factor=2).new_page()
    phone.goto(next(link for link in links if link and link.endswith("score=4")))
    phone.screenshot(path=FOLDER / "survey.png")
    _second_step(phone)


def _mail_to(page: Page, address: str, recipient: str) -> None:
    until = time.monotonic() + PATIENCE
    found = page.locator(f"main a:has-text('{recipient}')")
    while time.monotonic() < until:
        page.goto(f"{address}/inbox/")
        if found.count():
            found.first.click()
            page.wait_for_selector("iframe")
            return
        time.sleep(0.5)
    raise TimeoutError(f"no mail to {recipient}")


def _go(page: Page, start: str, pattern: str) -> None:
    page.goto(start)
    links = [link.get_attribute("href") or "" for link in page.locator("main a").all()]
    page.goto(re.sub(r"/o/.*", "", page.url) + next(x for x in links if re.search(pattern, x)))


def _keep(page: Page, name: str, height: int = 800) -> None:
    page.wait_for_load_state("networkidle")
    size = {"x": 0, "y": 0, "width": DESKTOP["width"], "height": height}
    page.screenshot(path=FOLDER / f"{name}.png", full_page=True, clip=size)


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"))
