"""Merging two customers on pages: who may be meant, what stands where, and one button."""

from accounts.models import AuditEntry
from surveys.models import Customer


def text_of(answer):
    return answer.content.decode()


def test_doubles_are_offered_and_others_are_found(acme):
    with acme.inside():
        ada = acme.customer("Ada Okafor", email="ada@mail.example")
        double = acme.customer("Ada Okafor", email="ada@work.example")
        grace = acme.customer("Grace Hopper", email="grace@mail.example")
    manager, address = acme.client("manager"), acme.url("customer_merge", ada.pk)
    shown = text_of(manager.get(address))
    assert acme.url("customer_merge_with", ada.pk, double.pk) in shown
    assert acme.url("customer_merge_with", ada.pk, grace.pk) not in shown
    found = text_of(manager.get(address, {"q": "grace@mail.example"}))
    assert acme.url("customer_merge_with", ada.pk, grace.pk) in found
    assert acme.url("customer_merge_with", ada.pk, ada.pk) not in found
    assert "Nobody else found" in text_of(manager.get(address, {"q": "ada@mail.example"}))


def test_what_will_stand_there_is_what_stands_there(acme):
    with acme.inside():
        ada = acme.customer("Ada Okafor", email="ada@mail.example", properties={"plan": "Max"})
        double = acme.customer(
            "A. Okafor", email="ada@work.example", external_id="C-9", properties={"plan": "Basic"}
        )
    manager, address = acme.client("manager"), acme.url("customer_merge_with", ada.pk, double.pk)
    shown = text_of(manager.get(address))
    assert "<s>ada@work.example</s>" in shown
    assert "<s>Basic</s>" in shown
    assert "<s>C-9</s>" not in shown
    assert acme.url("customer_merge_with", double.pk, ada.pk) in shown

    answer = manager.post(address, follow=True)

    assert "Merged. Everything of both is on this page." in text_of(answer)
    assert "Merged with another entry" in text_of(answer)
    assert f"customer {double.pk}, known as ada@work.example" in text_of(answer)
    with acme.inside():
        left = Customer.objects.get(pk=ada.pk)
        assert (left.external_id, left.properties) == ("C-9", {"plan": "Max"})
        assert AuditEntry.objects.filter(action="customer.merged").count() == 1
    old = manager.get(acme.url("customer", double.pk))
    assert (old.status_code, old["Location"]) == (302, acme.url("customer", ada.pk))
    for name in ("customer_edit", "customer_erase", "customer_merge", "privacy_person"):
        assert manager.get(acme.url(name, double.pk)).status_code == 404
    listed = text_of(manager.get(acme.url("customers"), {"q": "okafor"}))
    assert acme.url("customer", double.pk) not in listed


def test_nobody_is_merged_with_herself_or_with_a_stranger(acme, globex):
    with acme.inside():
        ada = acme.customer("Ada Okafor")
    with globex.inside():
        stranger = globex.customer("Stranger")
    manager = acme.client("manager")
    for other in (ada.pk, stranger.pk):
        address = acme.url("customer_merge_with", ada.pk, other)
        assert manager.get(address).status_code == 404
        assert manager.post(address).status_code == 404
