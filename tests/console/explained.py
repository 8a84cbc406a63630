"""Whether a `?` stands with every figure of a page and opens what the figure means."""

from bs4 import BeautifulSoup

# What has a definition: a score, a rate, the steps of a way, counts by what became of them.
FIGURES = ".score, .figure-line, .figure, ul.funnel, nav.ways .num, .headline .n, .tile-cell"


def unexplained(told: str) -> list[str]:
    """The figures of a page with no `?` in their section or beside all sections, and dead ones."""
    if not told.startswith("<!"):
        return []
    page = BeautifulSoup(told, "html.parser")
    marks = page.select(".why")
    for_all = any(mark.find_parent("section") is None for mark in marks)
    missing = [
        " ".join(figure.get_text(" ").split())[:60]
        for figure in page.select(FIGURES)
        if not for_all and not (figure.find_parent("section") or page).select(".why")
    ]
    opens = [each["id"] for each in page.select(".definition[popover]")]
    dead = [mark["popovertarget"] for mark in marks if opens.count(mark["popovertarget"]) != 1]
    return [*missing, *dead]
