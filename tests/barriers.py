"""What would stop a reader of a page: axe's rules in both colour schemes, and what sticks out."""

from axe_playwright_python.sync_playwright import Axe

# Told of what passes too, axe takes twice as long.
ALL = {"resultTypes": ["violations"]}
WCAG = ALL | {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
# Only what another colour scheme can change: no other rule reads a colour.
COLOURS = ALL | {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
STICKS_OUT = """() => document.documentElement.scrollWidth <= window.innerWidth ? [] :
    ["too wide", ...[...document.querySelectorAll("body *")]
        .filter((one) => one.getBoundingClientRect().right > window.innerWidth)
        .map((one) => `${one.tagName} ${one.className} ${one.textContent.trim().slice(0, 40)}`)
        .slice(0, 12)]"""


def violations(page, rules=ALL):
    """The rules that this page breaks as it stands, each with the element and the reason."""
    # Half a megabyte, which a page needs once.
    axe = Axe("0" if page.evaluate("'axe' in window") else Axe().axe_script)
    return [
        (rule["id"], node["html"][:160], node["failureSummary"][:300])
        for rule in axe.run(page, options=rules).response["violations"]
        for node in rule["nodes"]
    ]


def is_too_wide(page, size):
    """What sticks out of a window of this size, none where nothing does."""
    page.set_viewport_size(size)
    return page.evaluate(STICKS_OUT)


def barriers(page, *sizes, rules=ALL):
    """Look at one page in every size, light and dark, without loading it again.

    What is wrong by the name of the look, empty where nothing is; the page is light and of the
    first size afterwards.
    """
    # Colours that fade into each other would be measured on their way.
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    found = {}
    for size in sizes:
        found[f"{size['width']} wide"] = is_too_wide(page, size)
        found[f"{size['width']} light"] = violations(page, rules)
    page.emulate_media(color_scheme="dark")
    for size in reversed(sizes):
        page.set_viewport_size(size)
        found[f"{size['width']} dark"] = violations(page, COLOURS)
    page.emulate_media(color_scheme="light")
    return {look: wrong for look, wrong in found.items() if wrong}


def glance(page, size, scheme, rules=ALL):
    """Look at one page in one of its four looks.

    For a crawl, whose pages are made of the same parts and take turns: every part is seen in each
    look. The page is light afterwards.
    """
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.set_viewport_size(size)
    found = violations(page, rules)
    page.emulate_media(color_scheme="light")
    return {f"{size['width']} {scheme}": found} if found else {}
