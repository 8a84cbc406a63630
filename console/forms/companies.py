"""What the pages of companies can be narrowed by."""

from console.forms.filters import PERIOD, Filter, SearchFilter


class CompanyFilter(SearchFilter):
    extra = PERIOD | {"after"}


class PeopleFilter(Filter):
    extra = PERIOD | {"after"}
