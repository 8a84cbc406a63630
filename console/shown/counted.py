"""Numbers inside sentences and tables, each leading to exactly the answers that it counts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from reports.queries.trends import Table
from reports.rules.words import Said, count_text


@dataclass(frozen=True, kw_only=True)
class Count:
    """One number of answers and where they are; `url` is empty where there is nothing to see."""

    text: str
    url: str


@dataclass(frozen=True, kw_only=True)
class Counted:
    """A sentence parted where its numbers of answers stand, as a template prints it."""

    opening: str
    counts: Sequence[Count]
    closing: str
    between: str = " and "


@dataclass(frozen=True, kw_only=True)
class SaidFace:
    """A verdict whose numbers of answers lead to them."""

    said: Said
    rest: Counted


class Linked(str):
    """A number in a table that leads to its answers; any other cell is plain text."""

    __slots__ = ("url",)
    url: str


def counted(
    text: str, sides: Sequence[tuple[int, str]], *, first: str = "n = ", between: str = " and "
) -> Counted:
    """Part a sentence at its "n = 412 and 390"; one that has none stays as it is."""
    if not sides:
        return Counted(opening=text, counts=[], closing="")
    told = between.join(count_text(n) for n, _ in sides)
    opening, found, closing = text.partition(first + told)
    if not found:
        return Counted(opening=text, counts=[], closing="")
    counts = [Count(text=count_text(n), url=url if n else "") for n, url in sides]
    return Counted(opening=opening + first, counts=counts, closing=closing, between=between)


def said_face(said: Said, sides: Sequence[tuple[int, str]]) -> SaidFace:
    return SaidFace(said=said, rest=counted(said.rest, sides))


def said_if(said: Said | None, sides: Sequence[tuple[int, str]]) -> SaidFace | None:
    """The same of a verdict that may not have been made."""
    return None if said is None else said_face(said, sides)


def linked(table: Table, leads: Mapping[str, Iterable[str]]) -> Table:
    """Let the numbers of some columns lead to their answers, row by row."""
    rows = [list(row) for row in table.rows]
    for head, urls in leads.items():
        column = table.heads.index(head)
        for row, url in zip(rows, urls, strict=True):
            row[column] = _cell(row[column], url)
    return replace(table, rows=rows)


def _cell(text: str, url: str) -> str:
    if not url or text == "0":
        return text
    cell = Linked(text)
    cell.url = url
    return cell
