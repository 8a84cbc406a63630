"""Answers found by their words: in the language they are written in, accents or not."""

from typing import Any

from django.contrib.postgres.search import SearchVectorField
from django.db.models import BooleanField, F, Func, TextField, Value
from django.db.models.expressions import Col

from surveys.rules.languages import STEMMED, WHOLE_WORDS

# A stored column that PostgreSQL makes of comment and language. Below row-level security no
# index can serve it; without reading comments 200,000 answers take 30 to 50 ms.
COLUMN = "words"
CONFIGURATIONS = sorted({*STEMMED.values()})
# Nobody can type these: comments and searches come without hidden characters.
BEGIN, END = "\x02", "\x03"
_OPTIONS = f'HighlightAll=true, StartSel="{BEGIN}", StopSel="{END}"'


class _Stored(Func):
    """The stored column of whatever the table is called in this query."""

    output_field = SearchVectorField()

    def __init__(self) -> None:
        super().__init__(F("id"))

    def as_sql(self, _compiler: Any, connection: Any, **_: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        (key,) = self.get_source_expressions()
        assert isinstance(key, Col)
        name = connection.ops.quote_name
        return f"{name(key.alias)}.{name(COLUMN)}", []


class _Asked(Func):
    """The search as each language reads it: the same words, other stems."""

    output_field = TextField()

    def __init__(self, words: str) -> None:
        super().__init__(F("language"))
        self.words = words

    def as_sql(self, compiler: Any, _connection: Any, **_: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        language, given = compiler.compile(self.get_source_expressions()[0])
        whens = " ".join(
            f"WHEN 'public.cx_{name}'::regconfig THEN {_query(name)}" for name in CONFIGURATIONS
        )
        every = [self.words] * (len(CONFIGURATIONS) + 1)
        case = f"CASE surveys_search_configuration({language}) {whens}"
        return f"({case} ELSE {_query(WHOLE_WORDS)} END)", [*given, *every]


def _query(name: str) -> str:
    return f"websearch_to_tsquery('public.cx_{name}', %s)"


def telling(words: str) -> Func:
    """Return the condition that an answer tells of these words; `"a b"`, `-a` and `or` work."""
    return Func(
        _Stored(),
        _Asked(words),
        template="%(expressions)s",
        arg_joiner=" @@ ",
        output_field=BooleanField(),
    )


class _Configuration(Func):
    function = "surveys_search_configuration"
    output_field = TextField()


def marked(words: str) -> Func:
    """Return the comment with the found words between BEGIN and END."""
    return Func(
        _Configuration(F("language")),
        F("comment"),
        _Asked(words),
        Value(_OPTIONS),
        function="ts_headline",
        output_field=TextField(),
    )
