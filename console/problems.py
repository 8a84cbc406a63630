"""What a page says when its address makes no sense."""


class BadAddress(Exception):
    """The address asks for something that does not exist; holds what to tell the reader."""

    def __init__(self, *problems: str) -> None:
        super().__init__(*problems)
        self.problems = problems


class AnotherAddress(Exception):
    """The address says the same as another one, which is the one to share; holds its query."""

    def __init__(self, query: str) -> None:
        super().__init__(query)
        self.query = query
