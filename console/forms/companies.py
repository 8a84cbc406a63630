"""What the pages of companies can be narrowed by."""

from console.forms.filters import COUNTED_BY, PERIOD, Filter, SearchFilter


class CompanyFilter(SearchFilter):
    extra = PERIOD | COUNTED_BY | {"after"}


class PeopleFilter(Filter):
    extra = PERIOD | COUNTED_BY | {"after"}
