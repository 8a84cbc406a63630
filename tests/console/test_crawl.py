"""Every page as every kind of reader meets it: by rule, by policy, narrow, wide, light and dark."""

import pytest

from tests.console.test_in_browser import (
    Axe,
    addresses,
    complaints_of,
    signed_in,
    violations,
    world,
)

__all__ = ["signed_in", "world"]  # the same organisation, the same browser
pytestmark = [pytest.mark.xdist_group("browser"), pytest.mark.timeout(600)]
DESKTOP, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
NARROWEST, WIDEST = {"width": 320, "height": 640}, {"width": 2560, "height": 1440}
GROUPS = 2
CONTRAST = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
# Before any script of the page: what the policy refuses is an event, not always a message.
LISTEN = """
window.refused = [];
document.addEventListener("securitypolicyviolation", (event) => {
  window.refused.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
});
"""


def contrast(page):
    """Only what another colour scheme can change: no rule but this one reads a colour."""
    results = Axe().run(page, options=CONTRAST).response
    return [node["html"][:160] for rule in results["violations"] for node in rule["nodes"]]


STICKS_OUT = """() => document.documentElement.scrollWidth <= window.innerWidth ? [] :
    ["too wide", ...[...document.querySelectorAll("body *")]
        .filter((one) => one.getBoundingClientRect().right > window.innerWidth)
        .map((one) => `${one.tagName} ${one.className} ${one.textContent.trim().slice(0, 40)}`)
        .slice(0, 12)]"""


def is_too_wide(page, size):
    """What sticks out of the window at its right, none where nothing does."""
    page.set_viewport_size(size)
    return page.evaluate(STICKS_OUT)


def problems(page):
    """Look at one page in both schemes and five widths without loading it again."""
    found = {"desktop light": violations(page)}
    page.emulate_media(color_scheme="dark")
    found["desktop dark"] = contrast(page)
    page.set_viewport_size(PHONE)
    found["phone dark"] = contrast(page)
    page.emulate_media(color_scheme="light")
    found["phone light"] = violations(page)
    found["320 px"] = is_too_wide(page, NARROWEST)
    found["2560 px"] = is_too_wide(page, WIDEST)
    page.set_viewport_size(DESKTOP)
    found["refused"] = page.evaluate("window.refused")
    return {name: problem for name, problem in found.items() if problem}


@pytest.mark.parametrize("group", range(GROUPS))
def test_every_page_keeps_the_rules_for_every_reader(world, signed_in, group):
    page = signed_in(viewport=DESKTOP)
    page.add_init_script(LISTEN)
    # Colours that fade into each other would be measured on their way.
    page.emulate_media(reduced_motion="reduce")
    complaints = complaints_of(page)
    broken, seen = {}, 0
    for name, address in [*addresses(world).items()][group::GROUPS]:
        page.goto(address)
        seen += page.locator("main").count()
        if found := problems(page):
            broken[name] = found

    assert broken == {}
    assert complaints == []
    assert seen == len([*addresses(world)][group::GROUPS])
