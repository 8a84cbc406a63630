"""Nonsense in addresses and forms is refused in words: never a 500, nothing half written."""

import pytest

from accounts.models import ApiKey, AuditEntry, JoiningInvitation, Membership, Organisation
from surveys.models import Customer, Decision, Programme, Touchpoint
from tests.console.pages import PAGES

NUL, BIDI = "a\x00b", "Ada\u202egnirtS"
HUGE = "9" * 30

BAD_QUERIES = {
    "overview": [
        "days=7",
        "days=x",
        "from=2026-01-01",
        "to=2026-01-01",
        "from=2026-02-01&to=2026-01-01",
        "from=2026-02-30&to=2026-03-01",
        "from=0001-01-01&to=9999-12-31",
        "from=%00&to=2026-01-01",
        "colour=red",
        "against=never",
        "against_from=2026-01-01",
        "against_from=2026-02-01&against_to=2026-01-01",
        "against_from=0001-01-01&against_to=0001-02-01",
        "against=year&against_from=2026-01-01&against_to=2026-01-31",
        "programme=x",
        f"programme={HUGE}",
        "programme=0",
        "touchpoint=-1",
        "segment=plan",
        "segment=:Basic",
        "segment=plan:",
        "segment=plan:a%00b",
        "segment=plan:%E2%80%AEabc",
        "segment=plan:Basic&segment=plan:Plus",
        "segment=plan:" + "x" * 201,
        "segment=" + "x" * 61 + ":y",
        "&".join(f"segment=key{number}:x" for number in range(9)),
        "segment_key=plan&segment_value=",
        "suspects=off",
    ],
    "responses": [
        "metric=fun",
        "group=best",
        "standing=holy",
        "programme=x",
        f"programme={HUGE}",
        f"touchpoint={HUGE}",
        "programme=-1",
        "score=11",
        "score=four",
        "stage=0",
        f"stage={HUGE}",
        "after=x",
        "after=WzEsMl0",
        "after=WyIyMDI2IiwxXQ",
        "after=%00",
        "q=%00",
        "q=%E2%80%AEabc",
        "sort=score",
        "from=2026-02-01&to=2026-01-01",
    ],
    "customers": ["q=%00", "q=" + "x" * 201, "after=WzFd", "page=2", "after=%E2%80%AE"],
    "companies": ["q=%00", "after=WzFd", "days=7", "sort=score"],
    "journey": ["days=7", "colour=red"],
    "touchpoints": ["days=0", "kind=service", "segment=plan", "suspects=yes"],
    "programmes": ["days=31", "after=y"],
    "audit": ["after=WyJ4Il0", "after=!!", "who=maya"],
    "keys": ["x=1"],
}


@pytest.mark.parametrize("name", BAD_QUERIES)
def test_an_address_that_makes_no_sense_is_refused_in_words(acme, name):
    client, queries = acme.client("owner"), BAD_QUERIES[name]

    answers = {query: client.get(f"{acme.url(name)}?{query}") for query in queries}

    assert {query: one.status_code for query, one in answers.items()} == dict.fromkeys(queries, 400)
    pages = [answer.content.decode() for answer in answers.values()]
    assert all("Nothing can be shown for this address" in page for page in pages)
    assert all(f'href="{acme.url(name)}"' in page for page in pages)


def test_ids_that_no_row_has_are_not_found(acme):
    client = acme.client("owner")
    rows = (0, 2**31, 2**63, 10**30)
    wanted = [(name, *[row] * len(needs)) for name, needs, *_ in PAGES if needs for row in rows]

    codes = {one: client.get(acme.url(*one)).status_code for one in wanted}

    assert codes == dict.fromkeys(wanted, 404)


def test_another_organisations_programme_is_no_choice_of_a_filter(acme, globex):
    answer = acme.client("owner").get(f"{acme.url('responses')}?programme={globex.csat.pk}")

    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({}, "Fill in a name, an address or your own id."),
        ({"name": NUL}, "Null characters are not allowed."),
        ({"name": BIDI}, "This holds characters that cannot be seen."),
        ({"name": "x" * 201}, "at most 200 characters"),
        ({"name": "Ada", "email": "no address"}, "Enter a valid email address."),
        ({"name": "Ada", "time_zone": "Mars/Olympus"}, "Select a valid choice."),
        ({"name": "Ada", "language": "xx"}, "Select a valid choice."),
        ({"name": "Ada", "external_id": "C-1"}, "Another customer already has this id."),
        ({"name": "Ada", "company": "a\nb\u2066"}, "This holds characters that cannot be seen."),
    ],
)
def test_a_customer_that_cannot_be_stored_is_refused_and_kept_in_the_form(acme, fields, problem):
    with acme.inside():
        acme.customer("Ben", external_id="C-1")

    answer = acme.client("owner").post(acme.url("customer_new"), fields)

    assert answer.status_code == 422
    assert problem in answer.content.decode()
    with acme.inside():
        assert Customer.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"name": ""}, "This field is required."),
        ({"name": BIDI}, "This holds characters that cannot be seen."),
        ({"name": "Phone"}, "Another touchpoint already has this name."),
        ({"kind": "magic"}, "Select a valid choice."),
        ({"stage_id": "999999"}, "Select a valid choice."),
        ({"stage_id": ""}, "Choose a stage or name a new one."),
        ({"new_stage": "Renew"}, "not both"),
        ({"target": "101"}, "less than or equal to 100"),
        ({"target": "many"}, "Enter a whole number."),
    ],
)
def test_a_touchpoint_that_cannot_be_stored_is_refused(acme, changes, problem):
    good = {"name": "Chat", "kind": "service", "stage_id": acme.stage.pk}

    answer = acme.client("owner").post(acme.url("touchpoint_new"), good | changes)

    assert answer.status_code == 422
    assert problem in answer.content.decode()
    with acme.inside():
        assert list(Touchpoint.objects.values_list("name", flat=True)) == ["Phone"]


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"name": ""}, "This field is required."),
        ({"name": "After help"}, "Another programme or survey already has this name."),
        ({"kind": "sometimes"}, "Select a valid choice."),
        ({"metric": "smile"}, "Select a valid choice."),
        ({"touchpoint_ids": []}, "Choose at least one touchpoint."),
        ({"touchpoint_ids": ["999999"]}, "Select a valid choice."),
        ({"touchpoint_ids": ["x"]}, "Select a valid choice."),
        ({"delay_minutes": "-1"}, "greater than or equal to 0"),
        ({"expires_after_days": "0"}, "greater than or equal to 1"),
        ({"rest_days": HUGE}, "less than or equal to 1000"),
        ({"kind": "relational"}, "Say after how many months it asks again."),
    ],
)
def test_a_programme_that_cannot_be_stored_is_refused(acme, changes, problem):
    good = {
        "name": "After calls",
        "kind": "transactional",
        "metric": "csat",
        "touchpoint_ids": [acme.phone.pk],
        "delay_minutes": 0,
        "rest_days": 30,
        "expires_after_days": 30,
    }

    answer = acme.client("owner").post(acme.url("programme_new"), good | changes)

    assert answer.status_code == 422
    assert problem in answer.content.decode()
    with acme.inside():
        assert Programme.objects.count() == 2


def test_another_organisations_touchpoint_cannot_be_put_into_a_programme(acme, globex):
    places = {"name": "Theirs", "touchpoint_ids": [globex.phone.pk]}
    days = {"delay_minutes": 0, "rest_days": 30, "expires_after_days": 30}

    answer = acme.client("owner").post(acme.url("programme_edit", acme.csat.pk), places | days)

    assert answer.status_code == 422
    with acme.inside():
        assert Programme.objects.get(pk=acme.csat.pk).name == "After help"


@pytest.mark.parametrize("programme", ["", "x", HUGE, "999999"])
def test_asking_with_no_programme_of_ours_asks_nobody(acme, filled, programme):
    address = acme.url("customer_ask", filled.ada.pk)

    answer = acme.client("owner").post(address, {"programme": programme}, follow=True)

    assert "Choose one of the programmes." in answer.content.decode()
    with acme.inside():
        assert not Decision.objects.filter(occasion__startswith="by-hand").exists()


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"name": ""}, "This field is required."),
        ({"name": BIDI}, "This holds characters that cannot be seen."),
        ({"time_zone": "Nowhere"}, "Select a valid choice."),
        ({"privacy_url": "javascript:alert(1)"}, "Enter a valid URL."),
    ],
)
def test_settings_that_cannot_be_stored_are_refused(acme, changes, problem):
    good = {
        "name": "Acme",
        "time_zone": "Europe/Berlin",
        "language": "en",
    }

    answer = acme.client("owner").post(acme.url("settings"), good | changes)

    assert answer.status_code == 422
    assert problem in answer.content.decode()
    with acme.inside():
        assert Organisation.objects.get(pk=acme.id).name == "Acme Mobile"


@pytest.mark.parametrize("email", ["", "x", "a@b", "a b@c.example", NUL, "x" * 300 + "@a.example"])
def test_an_address_that_is_none_is_not_invited(acme, email):
    answer = acme.client("owner").post(acme.url("members"), {"email": email, "role": "viewer"})

    assert answer.status_code == 422
    with acme.inside():
        assert JoiningInvitation.objects.count() == 0


def test_a_role_that_does_not_exist_changes_nothing(acme):
    with acme.inside():
        member = Membership.objects.get(user=acme.people["viewer"])

    acme.client("owner").post(acme.url("member_role", member.pk), {"role": "king"})

    with acme.inside():
        assert Membership.objects.get(pk=member.pk).role == "viewer"


@pytest.mark.parametrize(
    "changes",
    [
        {"name": ""},
        {"name": NUL},
        {"scopes": []},
        {"scopes": ["everything"]},
        {"programme_id": HUGE},
        {"expires_on": "2020-01-01"},
        {"expires_on": "9999-12-31"},
        {"expires_on": "soon"},
    ],
)
def test_a_key_that_cannot_be_is_refused(acme, changes):
    good = {"name": "Helpdesk", "scopes": ["metrics:read"]}

    answer = acme.client("owner").post(acme.url("key_new"), good | changes)

    assert answer.status_code == 422
    with acme.inside():
        assert ApiKey.objects.count() == 0


def test_what_was_refused_leaves_no_line_in_the_audit_trail(acme):
    with acme.inside():
        before = AuditEntry.objects.count()

    acme.client("owner").post(acme.url("customer_new"), {"name": BIDI})
    acme.client("owner").post(acme.url("touchpoint_new"), {"name": NUL})

    with acme.inside():
        assert AuditEntry.objects.count() == before


def test_a_form_without_its_token_is_refused_kindly(acme):
    client = acme.client("owner")
    client.handler.enforce_csrf_checks = True

    answer = client.post(acme.url("customer_new"), {"name": "Ada"})

    assert answer.status_code == 403
    assert "Please send this once more" in answer.content.decode()
