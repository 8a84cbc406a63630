"""Every page as every kind of reader meets it: by rule, by policy, narrow, wide, light and dark."""

import os

import pytest

from tests.barriers import WCAG, barriers, glance, is_too_wide
from tests.console.test_in_browser import addresses, complaints_of, signed_in, world

__all__ = ["signed_in", "world"]  # the same organisation, the same browser
pytestmark = [pytest.mark.xdist_group("browser"), pytest.mark.timeout(600)]
DESKTOP, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
NARROWEST, WIDEST = {"width": 320, "height": 640}, {"width": 2560, "height": 1440}
LOOKS = [(DESKTOP, "light"), (PHONE, "dark"), (PHONE, "light"), (DESKTOP, "dark")]
GROUPS = 2
# Before any script of the page: what the policy refuses is an event, not always a message.
LISTEN = """
window.refused = [];
document.addEventListener("securitypolicyviolation", (event) => {
  window.refused.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
});
"""


def problems(page, number):
    """Look at one page in its turn of the looks and in four widths without loading it again."""
    if os.environ.get("FULL"):
        found = barriers(page, DESKTOP, PHONE, rules=WCAG)
    else:
        found = glance(page, *LOOKS[number % len(LOOKS)], rules=WCAG)
    for size in (DESKTOP, PHONE, NARROWEST, WIDEST):
        found[f"{size['width']} px"] = is_too_wide(page, size)
    page.set_viewport_size(DESKTOP)
    found["refused"] = page.evaluate("window.refused")
    return {name: problem for name, problem in found.items() if problem}


@pytest.mark.parametrize("group", range(GROUPS))
def test_every_page_keeps_the_rules_for_every_reader(world, signed_in, group):
    page = signed_in(viewport=DESKTOP)
    page.add_init_script(LISTEN)
    complaints = complaints_of(page)
    broken, seen = {}, 0
    for number, (name, address) in enumerate([*addresses(world).items()][group::GROUPS]):
        page.goto(address)
        seen += page.locator("main").count()
        if found := problems(page, number):
            broken[name] = found

    assert broken == {}
    assert complaints == []
    assert seen == len([*addresses(world)][group::GROUPS])
