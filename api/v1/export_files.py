"""The files of exports: handed out whole or not at all, and never to whoever may not have them."""

from collections.abc import Iterator

from django.http import StreamingHttpResponse

from accounts.rules.scopes import Scope
from api.endpoints import Call, Endpoint
from api.operations import File, operation
from api.problems import Kind, Problem
from api.v1.exports import SECONDS_UNTIL_FREE, one
from kit import tenancy
from kit.turns import NoPlace, Place, Places
from reports.models import ExportJob, ExportPart
from reports.rules.files import CONTENT_TYPES

# Of the threads of a web process: who fetches slowly leaves the others to other calls.
PLACES = Places(2)
SECONDS_UNTIL_READY = 5
NOT_READY = "It is not made yet. Read `state`, or come again after Retry-After seconds."
NEVER = {
    ExportJob.State.FAILED: "It failed; `trouble` of the export says why.",
    ExportJob.State.CANCELLED: "It was cancelled. Ask for it again.",
    ExportJob.State.EXPIRED: "It was kept for a day and deleted. Ask for it again.",
}
KINDS = [kind.partition(";")[0] for kind in CONTENT_TYPES.values()]
CONTENT = "response_id,answered_at,answered_on\r\n4007,2026-11-21T18:12:40+00:00,2026-11-21\r\n"


class ExportFile(Endpoint):
    @operation(
        "downloadExport",
        scopes=[Scope.EXPORTS_WRITE],
        answer={200: File(KINDS)},
        example={200: dict.fromkeys(KINDS, CONTENT)},
        problems=[Kind.NOT_FOUND, Kind.NOT_POSSIBLE_NOW],
    )
    def get(self, call: Call, export_id: str) -> StreamingHttpResponse:
        """Fetch the file: whole, or not at all.

        Until it is ready this is 409 with `Retry-After`.
        """
        job = one(call, export_id)
        _check_may_have(call, job)
        _check_is_ready(call, job)
        place = _place()
        file = StreamingHttpResponse(
            _sent(job),
            content_type=CONTENT_TYPES[job.form],  # type: ignore[index]
            headers={
                "Content-Disposition": f'attachment; filename="{job.file_name}"',
                "Content-Length": str(job.size),
            },
        )
        file._resource_closers.append(place.give_back)  # type: ignore[attr-defined]
        return file


def _check_may_have(call: Call, job: ExportJob) -> None:
    if job.with_customers and Scope.CUSTOMERS_READ not in call.caller.scopes:
        sentence = "This file says who answered; fetch it with a key that has customers:read too."
        raise Problem(Kind.SCOPE_MISSING, sentence)


def _check_is_ready(call: Call, job: ExportJob) -> None:
    state = job.state_at(call.now)
    if state in ExportJob.OPEN:
        wait = {"Retry-After": str(SECONDS_UNTIL_READY)}
        raise Problem(Kind.NOT_POSSIBLE_NOW, NOT_READY, headers=wait)
    if state != ExportJob.State.READY:
        raise Problem(Kind.NOT_POSSIBLE_NOW, NEVER[ExportJob.State(state)])


def _place() -> Place:
    try:
        return PLACES.take()
    except NoPlace as error:
        sentence = "Other files are being fetched. Come again after Retry-After seconds."
        wait = {"Retry-After": str(SECONDS_UNTIL_FREE)}
        raise Problem(Kind.UNAVAILABLE, sentence, headers=wait) from error


def _sent(job: ExportJob) -> Iterator[bytes]:
    """Each part by a look of its own: no transaction waits for a slow reader.

    A file that is deleted meanwhile breaks off before its Content-Length, which every client sees.
    """
    number, left = 0, job.size or 0
    while left > 0:
        content = _part(job, number)
        yield content
        number, left = number + 1, left - len(content)


def _part(job: ExportJob, number: int) -> bytes:
    with tenancy.organisation(job.organisation_id):
        return bytes(ExportPart.objects.get(job=job.pk, number=number).content)
