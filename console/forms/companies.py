"""What the pages of companies can be narrowed by."""

from console.forms.filters import COUNTED_BY, PERIOD, Filter, SearchFilter
from console.forms.selection import NAMES

# What figures are narrowed by is read elsewhere.
SELECTED = PERIOD | COUNTED_BY | {"after", *NAMES} - {"q"}


class CompanyFilter(SearchFilter):
    """Here `q` is a company's name: words of comments narrow the page of one company."""

    extra = SELECTED


class PeopleFilter(Filter):
    extra = SELECTED | {"q"}
