"""Answers found by their words: in the language they are written in, accents or not."""

from typing import Any

from django.db.models import BooleanField, F, Func, TextField, Value
from django.db.models.expressions import Col

from surveys.rules.languages import STEMMED, WHOLE_WORDS

# A stored column that PostgreSQL makes of comment and language. Below row-level security no
# index can serve it; without reading comments 200,000 answers take 30 to 50 ms.
COLUMN = "words"
CONFIGURATIONS = sorted({*STEMMED.values()})
_READINGS = (*CONFIGURATIONS, WHOLE_WORDS)
# Nobody can type these: comments and searches come without hidden characters.
BEGIN, END = "\x02", "\x03"
_OPTIONS = f'HighlightAll=true, StartSel="{BEGIN}", StopSel="{END}"'


def tells(answer: str, words: str) -> str:
    """The condition that an answer tells of these words; `"a b"`, `-a` and `or` work.

    `answer` is what the table is called in the statement, `words` the parameter that holds
    the search. Lists and figures put the same condition into theirs.
    """
    # Whoever tells of them in her language tells of them in one of all: that is one constant, and
    # most answers need no more. Which language is hers costs ten times as much to say.
    any_language = " || ".join(_query(name, words) for name in _READINGS)
    exactly = _as_asked(f"{answer}.language", words)
    return f"{answer}.{COLUMN} @@ ({any_language}) AND {answer}.{COLUMN} @@ ({exactly})"


def _as_asked(language: str, words: str) -> str:
    """The search as each language reads it: the same words, other stems."""
    whens = " ".join(
        f"WHEN 'public.cx_{name}'::regconfig THEN {_query(name, words)}" for name in CONFIGURATIONS
    )
    return f"""CASE surveys_search_configuration({language}) {whens}
        ELSE {_query(WHOLE_WORDS, words)} END"""


def _query(name: str, words: str) -> str:
    return f"websearch_to_tsquery('public.cx_{name}', {words})"


class _Telling(Func):
    """The same condition on whatever the table is called in a query of Django's."""

    output_field = BooleanField()

    def __init__(self, words: str) -> None:
        super().__init__(F("id"))
        self.words = words

    def as_sql(self, compiler: Any, _connection: Any, **_: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        (key,) = self.get_source_expressions()
        assert isinstance(key, Col)
        condition = tells(compiler.quote_name_unless_alias(key.alias), "%s")
        return f"({condition})", [self.words] * 2 * len(_READINGS)


def telling(words: str) -> Func:
    """Return the condition for a QuerySet of answers."""
    return _Telling(words)


class _Asked(Func):
    """What was searched, for the language of each row."""

    output_field = TextField()

    def __init__(self, words: str) -> None:
        super().__init__(F("language"))
        self.words = words

    def as_sql(self, compiler: Any, _connection: Any, **_: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        language, given = compiler.compile(self.get_source_expressions()[0])
        return f"({_as_asked(language, '%s')})", [*given, *[self.words] * len(_READINGS)]


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
