"""The style sheet in use: every rule that a page needs, and no other."""

import pytest

from tests.entrance import style, used
from tests.trimming import CARRIED, IN_USE, fits, selectors, sheet, trimmed

WHOLE = """@charset "UTF-8";/*! Licence {of} it; */
:root,[data-bs-theme=light]{--used:red;--through:var(--used);--gone:url("data:a;b}");--ours:1}
a{color:var(--through)}.btn{animation:1s spin;color:red}.btn-dark,.btn:not(.nobody){color:blue}
@media (min-width:2em){.btn-dark{color:red}.d-md-none{display:none}}
@media print{.btn-dark{color:red}}
@keyframes spin{to{rotate:1turn}}@keyframes dance{to{rotate:2turn}}
.card.nobody,.card>.btn:hover{color:red}"""


def test_what_is_left_is_what_pages_name_and_what_that_reads():
    kept = [str(rule) for rule in trimmed(WHOLE, {"btn", "card", "d-md-none"}, {"--ours"})]

    assert kept == [
        ":root,[data-bs-theme=light]{--used:red;--through:var(--used);--ours:1}",
        "a{color:var(--through)}",
        ".btn{animation:1s spin;color:red}",
        ".btn:not(.nobody){color:blue}",
        "@media (min-width:2em){.d-md-none{display:none}}",
        "@keyframes spin{to{rotate:1turn}}",
        ".card>.btn:hover{color:red}",
    ]


def test_a_variable_that_only_a_variable_without_readers_reads_goes_too():
    assert trimmed(":root{--a:1;--b:var(--a)}", set()) == []


@pytest.mark.parametrize(
    ("selector", "is_kept"),
    [
        (".btn", True),
        ("a", True),
        (".btn.gone", False),
        (".btn:not(.gone)", True),
        (":is(.gone, .btn):where(:not(.gone)) a", True),
        ('[class*=" .gone"] .btn::before', True),
        (".btn~.gone", False),
        (r".w-1\/2", False),
    ],
)
def test_a_selector_stays_where_each_of_its_classes_is_borne(selector, is_kept):
    assert fits(selector, {"btn"}) is is_kept


def test_a_list_is_divided_at_its_own_commas_only():
    assert selectors('a:is(b,c),[d="e,f"],g') == ["a:is(b,c)", '[d="e,f"]', "g"]


def test_pages_before_the_door_carry_the_rules_that_they_use_and_no_others():
    found = used()

    assert {"entrance", "btn-primary", "is-invalid", "form-select", "qr"} <= found.classes
    assert found.fits("[data-bs-theme=dark] form>input[type=checkbox]:not(.gone):checked")
    assert not found.fits(".btn table")
    assert not found.fits("[data-vc=calendar] .btn")
    assert CARRIED.read_text(encoding="utf-8") == style()


def test_the_committed_sheet_is_what_is_made_now():
    made = sheet()

    assert IN_USE.read_text(encoding="utf-8") == made
    assert "Licensed under MIT" in made.partition("*/")[0]
