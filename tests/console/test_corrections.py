"""Corrections as people do them: tick, say why, see it done, and take it back."""

import pytest
from bs4 import BeautifulSoup

from accounts.models import AuditEntry
from surveys.models import Customer, Exclusion, Response, ResponseRevision, ResponseTag, Tag


def text_of(answer):
    return " ".join(BeautifulSoup(answer.content, "html.parser").get_text(" ").split())


@pytest.fixture
def three(acme):
    with acme.inside():
        people = [acme.customer(name) for name in ("Ada Okafor", "Ben Harris", "Cai Evans")]
        rows = [
            acme.answer(score, words, customer=who)
            for score, words, who in zip(
                (5, 3, 1), ("Quick", "So so", "Bill too high"), people, strict=True
            )
        ]
        acme.fold()
    return [row.pk for row in rows]


def trail(world):
    with world.inside():
        rows = AuditEntry.objects.filter(object_type__in=["response", "tag"]).order_by("id")
        return list(rows.values_list("action", "object_id", "actor"))


def standings(world):
    with world.inside():
        return list(Response.objects.order_by("id").values_list("standing", flat=True))


def post(world, page, role="manager", *args, **sent):
    return world.client(role).post(world.url(page, *args), sent, follow=True)


def test_the_ticked_are_excluded_with_one_reason_and_leave_one_trace_each(acme, three):
    answer = post(
        acme, "responses_exclude", response=three[:2], reason="Trade fair", back="days=30"
    )

    assert answer.redirect_chain == [(f"{acme.url('responses')}?days=30", 302)]
    assert "2 answers excluded: in no count any more." in text_of(answer)
    assert standings(acme) == ["excluded", "excluded", "counted"]
    manager = acme.people["manager"].email
    assert trail(acme) == [("response.excluded", pk, manager) for pk in three[:2]]


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"reason": "x"}, "Tick the answers first."),
        ({"response": "1"}, "Say why; the reason is kept with the answer."),
        ({"response": "1", "reason": " "}, "Say why"),
        ({"response": "1", "reason": "a\u202eb"}, "characters that cannot be seen"),
        ({"response": "abc", "reason": "x"}, "Tick the answers first."),
        ({"response": "9" * 30, "reason": "x"}, "Tick the answers first."),
        ({"response": str(10**18 - 1), "reason": "x"}, "Nothing to change"),
    ],
)
def test_what_cannot_be_excluded_is_said_and_changes_nothing(acme, three, sent, words):
    answer = post(acme, "responses_exclude", **sent)

    assert answer.status_code == 200
    assert words in text_of(answer)
    assert (standings(acme), trail(acme)) == (["counted"] * 3, [])


def test_an_answer_is_restored_from_its_page_where_who_and_why_stand(acme, three):
    post(acme, "responses_exclude", response=three[0], reason="Test by Kate", answer=three[0])
    page = text_of(acme.client("viewer").get(acme.url("response", three[0])))
    assert "Test by Kate" in page
    assert f"by {acme.people['manager'].email} ; was counted before." in page

    answer = post(acme, "responses_restore", "owner", response=three[0], answer=three[0])

    assert answer.redirect_chain == [(acme.url("response", three[0]), 302)]
    assert standings(acme) == ["counted"] * 3
    assert "Restored" in text_of(answer)
    with acme.inside():
        assert Exclusion.objects.get().restored_by == acme.people["owner"].email


def test_an_outsider_reaches_no_answer_through_her_own_address(acme, globex, three):
    for name, sent in (
        ("responses_exclude", {"reason": "x"}),
        ("responses_restore", {}),
        ("responses_tag", {"tag": "x"}),
    ):
        answer = post(globex, name, "owner", response=three, **sent)
        assert (answer.status_code, "Nothing to change" in text_of(answer)) == (200, True)
    assert (standings(acme), trail(acme)) == (["counted"] * 3, [])


@pytest.mark.parametrize("back", ["//evil.example/", "https://evil.example", "x=1\r\nA: b", "&&"])
def test_nobody_is_led_elsewhere_afterwards(acme, three, back):
    answer = acme.client("manager").post(
        acme.url("responses_exclude"), {"response": three[0], "reason": "x", "back": back}
    )
    assert answer["Location"].startswith(acme.url("responses"))


def test_a_correction_is_written_down_with_who_and_why(acme, three):
    client = acme.client("manager")
    form = BeautifulSoup(client.get(acme.url("response_amend", three[2])).content, "html.parser")
    assert form.find("textarea").get_text().strip() == "Bill too high"
    sent = {"score": "4", "comment": "Bill was right after all", "reason": "Cai rang"}

    answer = client.post(acme.url("response_amend", three[2]), sent, follow=True)

    shown = text_of(answer)
    assert "Written down, with your name and reason." in shown
    assert "Bill was right after all" in shown
    assert f"Entered by {acme.people['manager'].email} Cai rang" in shown
    with acme.inside():
        assert Response.objects.get(pk=three[2]).score == 4
        assert ResponseRevision.objects.filter(response=three[2]).count() == 2
    assert [entry[0] for entry in trail(acme)] == ["response.amended"]


@pytest.mark.parametrize(
    "sent",
    [
        {"score": "6", "reason": "x"},
        {"score": "\uff14", "reason": "x"},
        {"score": "4"},
        {"score": "4", "reason": "x" * 201},
        {"score": "4", "reason": "x", "comment": "x" * 4001},
        {"reason": "x"},
    ],
)
def test_a_wrong_correction_stays_on_the_page_with_what_was_typed(acme, three, sent):
    answer = acme.client("manager").post(acme.url("response_amend", three[0]), sent)

    assert answer.status_code == 422
    assert "Not saved." in text_of(answer)
    assert trail(acme) == []


def test_tags_are_put_on_shown_filtered_by_and_taken_off(acme, three):
    answer = post(acme, "responses_tag", "responder", response=three[:2], tag="  first   bill ")
    assert "2 answers tagged." in text_of(answer)
    again = post(acme, "responses_tag", "responder", response=three, tag="First Bill")
    assert "1 answer tagged." in text_of(again)
    with acme.inside():
        (tag,) = Tag.objects.all()
        assert tag.name == "first bill"

    off = post(
        acme, "responses_untag", "responder", response=three[:1], tag=tag.pk, back=f"tag={tag.pk}"
    )

    page = BeautifulSoup(off.content, "html.parser")
    assert "2 answers," in text_of(off)
    assert [one.get_text() for one in page.select("a.tag")] == ["first bill"] * 2
    assert [entry[:2] for entry in trail(acme)] == [
        *(("response.tagged", pk) for pk in three),
        ("response.untagged", three[0]),
    ]


@pytest.mark.parametrize("name", ["", "   ", "x" * 41, "a\u202eb", "two\nlines"])
def test_a_tag_that_is_no_word_is_refused(acme, three, name):
    post(acme, "responses_tag", "responder", response=three, tag=name)
    with acme.inside():
        assert (Tag.objects.count(), ResponseTag.objects.count()) == (0, 0)


def test_a_tag_is_renamed_and_deleted_as_one_change_each(acme, three):
    post(acme, "responses_tag", "responder", response=three, tag="bil")
    post(acme, "responses_tag", "responder", response=three[0], tag="wait")
    with acme.inside():
        bill = Tag.objects.get(name="bil").pk

    taken = post(acme, "tag_rename", "responder", bill, name="WAIT")
    assert "Another tag has this name." in text_of(taken)
    post(acme, "tag_rename", "responder", bill, name="bill")
    shown = text_of(acme.client("responder").get(acme.url("tags")))
    assert "3 Delete bill" in shown
    post(acme, "tag_delete", "responder", bill)

    with acme.inside():
        assert list(Tag.objects.values_list("name", flat=True)) == ["wait"]
        assert ResponseTag.objects.count() == 1
        assert Response.objects.count() == 3
    assert [entry[0] for entry in trail(acme)][-2:] == ["tag.renamed", "tag.deleted"]


# --- erasing ----------------------------------------------------------------------------------


def test_erasing_needs_to_be_sure_and_ends_with_a_receipt(acme, three):
    with acme.inside():
        cai = Customer.objects.get(name="Cai Evans")
    client = acme.client("manager")
    address = acme.url("customer_erase", cai.pk)
    unsure = client.post(address, {"mode": "anonymise"})
    assert unsure.status_code == 422
    assert "Erasing cannot be undone, so this has to be typed." in text_of(unsure)
    other = client.post(address, {"mode": "anonymise", "typed": "Ada Okafor"})
    assert other.status_code == 422
    assert f"That is not {cai.email or cai.name}. Is this the right person?" in text_of(other)

    sent = {
        "mode": "anonymise",
        "stops_asking": "on",
        "typed": f" {(cai.email or cai.name).upper()} ",
    }
    answer = client.post(address, sent, follow=True)

    shown = text_of(answer)
    assert "Erased. This is the receipt; it names nobody." in shown
    assert "Scores were kept without the person; no figure changed." in shown
    assert "1 contacts 1 questions asked 1 answers 1 versions of answers" in shown
    assert f"By {acme.people['manager'].email}" in shown
    assert "Cai" not in answer.content.decode()
    assert client.get(address).status_code == 404
    with acme.inside():
        assert AuditEntry.objects.filter(action="customer.erased").count() == 1
        assert Response.objects.get(pk=three[2]).comment == ""


def test_removing_says_so(acme, three):
    with acme.inside():
        cai = Customer.objects.get(name="Cai Evans")
    sent = {"mode": "remove", "typed": cai.email or cai.name}

    answer = acme.client("owner").post(acme.url("customer_erase", cai.pk), sent, follow=True)

    assert "Answers were taken out of the figures; trends say so." in text_of(answer)
    with acme.inside():
        assert not Response.objects.filter(pk=three[2]).exists()
