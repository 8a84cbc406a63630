"""What every refusal of the API must look like."""

from api.problems import Kind

BY_URI = {kind.uri: kind for kind in Kind}
LEAKS = ("Traceback", "SELECT", "psycopg", ".py", "django", "/usr", "DETAIL")


def check_problem(answer, *kinds):
    """Return the kind of the problem after checking that it is one, and leaks nothing."""
    assert answer.headers["Content-Type"] == "application/problem+json", answer.content
    document = answer.json()
    kind = BY_URI[document["type"]]
    assert (document["status"], document["title"]) == (answer.status_code, kind.title)
    assert kind.status == answer.status_code
    assert document["detail"].strip()
    assert document.keys() <= {"type", "title", "status", "detail", "errors"}
    assert not [leak for leak in LEAKS if leak in answer.content.decode()]
    for fault in document.get("errors", []):
        assert fault["detail"]
        assert len(fault.keys() & {"pointer", "parameter", "header"}) == 1
    if kinds:
        assert kind in kinds, document
    return kind
