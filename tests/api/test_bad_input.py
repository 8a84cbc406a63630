"""Whatever is sent: stored as it came or refused with a sentence, never a crash, nothing half."""

import json
from datetime import timedelta

import pytest

from api.problems import Kind
from kit import clock, tenancy
from surveys.models import Customer
from tests.api.problem_documents import check_problem
from tests.api.rows import stored

pytestmark = pytest.mark.django_db

# 400 where the description says so, 422 where only the sense is wrong.
FORM = (Kind.INVALID_INPUT, Kind.INPUT_REFUSED)
HOUR_AGO = (clock.now() - timedelta(hours=1)).isoformat()
GOOD = {
    "source_id": "4711",
    "touchpoint": "acme-billing",
    "occurred_at": HOUR_AGO,
    "customer": {"email": "grace@mail.example"},
}


def a_body(**changes):
    return json.dumps({**GOOD, **changes})


def a_customer(**changes):
    return a_body(customer={"email": "grace@mail.example", **changes})


RAW = {
    "nothing": "",
    "blank": " \n",
    "null": "null",
    "true": "true",
    "number": "9",
    "text": '"text"',
    "list": "[]",
    "list of bodies": f"[{a_body()}]",
    "two objects": a_body() + a_body(),
    "cut off": a_body()[:-1],
    "single quotes": a_body().replace('"', "'"),
    "comment": "/* hello */" + a_body(),
    "trailing comma": a_body()[:-1] + ",}",
    "byte order mark": "\ufeff" + a_body(),
    "UTF-16": a_body().encode("utf-16"),
    "cp1252": a_body(subject="x").replace("x", "é").encode("cp1252"),
    "bare NUL": a_body().replace("4711", "47\x0011"),
    "raw line break in text": a_body().replace("4711", "47\n11"),
    "invalid UTF-8": a_body().encode().replace(b"4711", b"47\xff11"),
    "overlong UTF-8": a_body().encode().replace(b"4711", b"\xc0\xaf"),
    "surrogate in UTF-8": a_body().encode().replace(b"4711", b"\xed\xa0\x80"),
    "same key twice": a_body()[:-1] + ', "source_id": "4712"}',
    "same key twice inside": a_body(customer=1).replace(
        "1}", '{"email": "a@b.example", "email": "c@d.example"}}'
    ),
    "NaN": a_body(context={"wait": 1}).replace(": 1}", ": NaN}"),
    "Infinity": a_body(context={"wait": 1}).replace(": 1}", ": Infinity}"),
    "minus Infinity": a_body(context={"wait": 1}).replace(": 1}", ": -Infinity}"),
    "1e400": a_body(context={"wait": 1}).replace(": 1}", ": 1e400}"),
    "-1e400": a_body(context={"wait": 1}).replace(": 1}", ": -1e400}"),
    "huge number": a_body(context={"wait": 1}).replace(": 1}", f": {'9' * 5000}}}"),
    "leading zero": a_body(context={"wait": 1}).replace(": 1}", ": 01}"),
    "hexadecimal": a_body(context={"wait": 1}).replace(": 1}", ": 0x10}"),
    "deep list": a_body(context=0).replace(": 0", ": " + "[" * 10_000 + "]" * 10_000),
    "deep object": a_body(context=0).replace(": 0", ": " + '{"a":' * 10_000 + "1" + "}" * 10_000),
    "depth 20": a_body(context=0).replace(": 0", ": " + '{"a":' * 20 + "1" + "}" * 20),
    "escaped NUL": a_body().replace("4711", "47\\u000011"),
    "lone high surrogate": a_body().replace("4711", "\\ud800"),
    "lone low surrogate": a_body().replace("4711", "\\udc00"),
    "wrong surrogate order": a_body().replace("4711", "\\udc00\\ud800"),
    "hidden in a key": a_body(context={"a\u202eb": "x"}),
    "NUL in a key": a_body(context={"a\u0000b": "x"}),
    "form": "source_id=4711&touchpoint=acme-billing",
    "XML": "<?xml version='1.0'?><a/>",
    "100,000 keys": json.dumps({f"k{number}": number for number in range(60_000)}),
}


@pytest.mark.parametrize("name", RAW)
def test_a_body_that_is_no_strict_json_is_refused(world, program, name):
    before = _stored(world)
    answer = program.send("post", "/interactions", RAW[name])
    check_problem(answer, Kind.NOT_JSON, Kind.INVALID_INPUT)
    assert answer.status_code == 400
    assert _stored(world) == before


FIELDS: dict[str, dict[str, object]] = {
    "no source_id": {"source_id": None},
    "source_id empty": {"source_id": ""},
    "source_id number": {"source_id": 4711},
    "source_id true": {"source_id": True},
    "source_id list": {"source_id": ["4711"]},
    "source_id object": {"source_id": {"a": 1}},
    "source_id too long": {"source_id": "x" * 201},
    "source_id spaces": {"source_id": "  4711"},
    "source_id only spaces": {"source_id": "   "},
    "source_id two lines": {"source_id": "47\n11"},
    "source_id tab": {"source_id": "47\t11"},
    "source_id bell": {"source_id": "47\u000711"},
    "source_id delete": {"source_id": "47\u007f11"},
    "source_id bidi override": {"source_id": "47\u202e11"},
    "source_id bidi isolate": {"source_id": "47\u206611"},
    "source_id line separator": {"source_id": "47\u202811"},
    "source_id C1": {"source_id": "47\u009b11"},
    "source empty": {"source": ""},
    "source null": {"source": None},
    "source too long": {"source": "x" * 81},
    "touchpoint number": {"touchpoint": 7},
    "touchpoint path": {"touchpoint": "../../etc"},
    "touchpoint spaces": {"touchpoint": "acme billing"},
    "touchpoint full-width": {"touchpoint": "\uff41cme"},
    "touchpoint too long": {"touchpoint": "x" * 61},
    "subject null": {"subject": None},
    "subject number": {"subject": 1},
    "subject too long": {"subject": "x" * 201},
    "subject break": {"subject": "a\r\nBcc: everyone@mail.example"},
    "dry_run text": {"dry_run": "true"},
    "dry_run number": {"dry_run": 1},
    "dry_run null": {"dry_run": None},
    "unknown key": {"colour": "red"},
    "unknown key that exists inside": {"organisation_id": "1"},
    "proto": {"__proto__": {"is_test": False}},
    "customer missing": {"customer": None},
    "customer list": {"customer": []},
    "customer text": {"customer": "ada@mail.example"},
    "customer empty": {"customer": {}},
    "customer unknown key": {"customer": {"email": "a@mail.example", "is_staff": True}},
    "customer id": {"customer": {"id": "1", "email": "a@mail.example"}},
    "context list": {"context": []},
    "context text": {"context": "agent"},
    "context null": {"context": None},
    "context nested": {"context": {"agent": {"name": "Aisha"}}},
    "context list value": {"context": {"agents": ["Aisha"]}},
    "context null value": {"context": {"agent": None}},
    "context empty key": {"context": {"": "x"}},
    "context long key": {"context": {"k" * 61: "x"}},
    "context spaced key": {"context": {" agent": "x"}},
    "context broken key": {"context": {"a\nb": "x"}},
    "context long value": {"context": {"agent": "x" * 501}},
    "context two lines": {"context": {"agent": "a\nb"}},
    "context 2^63": {"context": {"wait": 2**63}},
    "context 1e300": {"context": {"wait": 1e300}},
    "context 201 keys": {"context": {f"k{number}": 1 for number in range(201)}},
}


@pytest.mark.parametrize("name", FIELDS)
def test_a_field_of_the_wrong_kind_is_refused_by_name(world, program, name):
    before = _stored(world)
    [key] = FIELDS[name]
    answer = program.send("post", "/interactions", a_body(**FIELDS[name]))
    check_problem(answer, Kind.INVALID_INPUT)
    assert answer.json()["errors"][0]["pointer"].startswith(f"#/{key}")
    assert _stored(world) == before


MOMENTS = [
    "", "now", "2026", "2026-11-21", "21.11.2026 14:05", "2026-11-21 14:05:00Z",
    "2026-11-21T14:05Z", "2026-11-21T14:05:00", "2026-11-21T14:05:00 Europe/Madrid",
    "2026-11-21T14:05:00+1", "2026-11-21T14:05:00+0100", "2026-11-21T14:05:00+25:00",
    "2026-02-30T00:00:00Z", "2026-13-01T00:00:00Z", "2026-11-21T24:00:00Z",
    "2026-12-31T23:59:60Z", "0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00Z",
    "1969-12-31T23:59:59Z", "9999-12-31T23:59:59-14:00", "10000-01-01T00:00:00Z",
    "-2026-11-21T14:05:00Z", "\uff12026-11-21T14:05:00Z", "2026-11-21T14:05:00.1234567Z",
    "2026-W47-6T14:05:00Z", "20261121T140500Z", "2026-11-21T14:05:00Z\n", 1763733900, True, None,
    ["2026-11-21T14:05:00Z"], {"year": 2026}, 1.5,
]  # fmt: skip


@pytest.mark.parametrize("moment", MOMENTS, ids=str)
def test_a_time_that_is_none_is_refused(world, program, moment):
    before = _stored(world)
    answer = program.send("post", "/interactions", a_body(occurred_at=moment))
    check_problem(answer, Kind.INVALID_INPUT)
    assert answer.json()["errors"][0]["pointer"] == "#/occurred_at"
    assert _stored(world) == before


PERSONS: dict[str, dict[str, object]] = {
    "address without at": {"email": "grace"},
    "two addresses": {"email": "a@mail.example, b@mail.example"},
    "two with semicolon": {"email": "a@mail.example;b@mail.example"},
    "display name": {"email": "Grace <grace@mail.example>"},
    "header": {"email": "grace@mail.example\nBcc: all@mail.example"},
    "too long address": {"email": "g" * 250 + "@mail.example"},
    "no domain": {"email": "grace@"},
    "address literal": {"email": "grace@[127.0.0.1]"},
    "trailing dot": {"email": "grace@mail.example."},
    "two dots": {"email": "grace@mail..example"},
    "address with spaces": {"email": " grace@mail.example"},
    "address number": {"email": 5},
    "address null": {"email": None},
    "name number": {"name": 5},
    "name null": {"name": None},
    "name too long": {"name": "x" * 201},
    "name two lines": {"name": "Grace\r\nHopper"},
    "name bidi": {"name": "Grace \u202e reppoH"},
    "phone too long": {"phone": "1" * 41},
    "company number": {"company": 5},
    "company too long": {"company": "x" * 201},
    "language word": {"language": "english please"},
    "language number": {"language": 5},
    "unknown zone": {"time_zone": "Europe/Nowhere"},
    "zone path": {"time_zone": "../../../etc/passwd"},
    "zone number": {"time_zone": 1},
    "external id number": {"external_id": 5},
    "external id spaces": {"external_id": " 5"},
    "external id too long": {"external_id": "x" * 121},
    "properties list": {"properties": [1]},
    "properties nested": {"properties": {"a": {"b": 1}}},
}


@pytest.mark.parametrize("name", PERSONS)
@pytest.mark.parametrize("where", ["interaction", "create", "update"])
def test_a_person_who_cannot_be_is_refused_everywhere(world, program, name, where):
    before = _stored(world)
    person = {"email": "grace@mail.example", **PERSONS[name]}
    if where == "interaction":
        answer = program.send("post", "/interactions", a_body(customer=person))
    elif where == "create":
        answer = program.post("/customers", person)
    else:
        answer = program.patch(f"/customers/{world.customer.pk}", person)
    check_problem(answer, *FORM)
    [key] = PERSONS[name]
    assert f"/{key}" in answer.json()["errors"][0]["pointer"]
    assert _stored(world) == before


HARMLESS = [
    "Zoë", "李小龍", "محمد", "👩‍👩‍👧‍👦", "e" + "\u0301" * 60, "क्‍ष", "{{7*7}}",
    "%s%n", "{0.__class__}", "${jndi:ldap://x}", "<svg onload=alert(1)>", "]]>", "' OR 1=1--",
    "../../etc/passwd",
    "\\\\host\\x", "=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "null", "undefined", "NaN", " x ",
    "\ufeffx", "x" * 200,
]  # fmt: skip


@pytest.mark.parametrize("text", HARMLESS)
def test_strange_but_visible_text_is_stored_as_it_came(world, program, text):
    answer = program.send("post", "/interactions", a_customer(name=text))
    assert answer.status_code == 201
    read = program.get(f"/customers/{answer.json()['customer_id']}")
    with tenancy.organisation(world.organisation.pk):
        assert Customer.objects.get(pk=answer.json()["customer_id"]).name == text
    assert read.json()["name"] == text


def test_spellings_of_one_address_are_one_person(program):
    first = program.send("post", "/interactions", a_customer(email="Grace@Mail.example")).json()
    second = program.post("/customers", {"email": "gRACE@mail.EXAMPLE"})
    assert first["customer_id"] in second.json()["detail"]
    assert second.status_code == 409


@pytest.mark.parametrize("size", [1024 * 1024 + 1, 10 * 1024 * 1024])
def test_a_large_body_is_413(world, program, size):
    before = _stored(world)
    answer = program.send("post", "/interactions", a_body(subject="x" * size))
    check_problem(answer, Kind.BODY_TOO_LARGE)
    assert _stored(world) == before


def test_a_body_may_have_one_mebibyte(program):
    body = a_body()
    answer = program.send("post", "/interactions", body + " " * (1024 * 1024 - len(body)))
    assert answer.status_code == 201


@pytest.mark.parametrize(
    ("content_type", "headers"),
    [
        ("text/plain", {}),
        ("application/x-www-form-urlencoded", {}),
        ("multipart/form-data; boundary=x", {}),
        ("application/json; charset=utf-16", {}),
        ("application/json", {"Content_Encoding": "gzip"}),
        ("", {}),
        ("application/merge-patch+json", {}),
    ],
)
def test_another_media_type_is_415(program, content_type, headers):
    answer = program.send("post", "/interactions", a_body(), content_type, **headers)
    check_problem(answer, Kind.UNSUPPORTED_MEDIA_TYPE)


def test_a_body_without_length_is_411(program):
    answer = program.send("post", "/interactions", "", Transfer_Encoding="chunked")
    check_problem(answer, Kind.LENGTH_REQUIRED)


QUERIES = [
    "limit=0", "limit=201", "limit=-1", "limit=1.5", "limit=\uff19", "limit=", "limit=1e2",
    "limit=true", "limit=1&limit=2", "limit=99999999999999999999", "cursor=", "cursor=abc",
    "cursor=%00",
    "cursor=%F0%28", "cursor=WzEsMl0", "cursor=W10", "cursor=bnVsbA", "cursor=" + "A" * 201,
    "cursor=WyIyMDI2LTExLTIxIiwiMSJd", "customer=abc", "customer=-1", "customer=%EF%BC%99",
    "customer=", "customer=1.0", "customer=99999999999999999999", "colour=red", "limit[]=1",
    "since=2026-11-21", "since=2026-11-21T14:05:00", "since=2026-11-21T14:05:00+01:00",
    "until=yesterday", "standing=best", "standing=", "touchpoint=a%00b", "touchpoint=a%20b",
    "programme=' OR 1=1--", "%00=1", "a%0d%0ab=1", "format=api", "api_key=cx_1",
]  # fmt: skip


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_that_is_not_understood_is_refused_by_name(program, query):
    answer = program.get(f"/responses?{query}")
    check_problem(answer, *FORM)
    assert answer.json()["errors"][0]["parameter"]


PATHS = ["0", "-1", "1.5", "abc", "%00", "\uff19", "9" * 19, "9" * 20, "1%20", "%2e%2e", "1'--"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("resource", ["interactions", "customers", "decisions", "responses"])
def test_an_id_that_is_none_is_unknown(program, resource, path):
    check_problem(program.get(f"/{resource}/{path}"), Kind.NOT_FOUND)


@pytest.mark.parametrize("key", ["", " ", "x" * 256, "ключ", "a\tb", "a\x7fb"])
def test_an_idempotency_key_has_a_form(program, key):
    answer = program.post("/interactions", GOOD, Idempotency_Key=key)
    check_problem(answer, Kind.INVALID_INPUT)
    assert answer.json()["errors"][0]["header"] == "Idempotency-Key"


def test_an_address_too_long_to_keep_a_key_for_is_unknown(program):
    answer = program.patch(f"/customers/{'9' * 400}", {"name": "Grace"}, Idempotency_Key="k1")
    check_problem(answer, Kind.NOT_FOUND)


def test_more_parameters_than_anybody_needs_are_refused(program):
    query = "&".join(f"p{number}=1" for number in range(300))
    check_problem(program.get(f"/customers?{query}"), Kind.BAD_REQUEST)


def _stored(world):
    with tenancy.organisation(world.organisation.pk):
        return stored()
