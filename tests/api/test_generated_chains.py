"""Calls made up one after the other: what one answers is what the next begins with."""

import os

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test
from schemathesis.specs.openapi.checks import ignored_auth

from tests import databases
from tests.api.test_generated_calls import _described, alone, key

__all__ = ["alone", "key"]  # the same key and the same connection
FULL = bool(os.environ.get("FULL"))
CHAINS, CALLS = (100, 12) if FULL else (6, 5)


@pytest.mark.django_db
@pytest.mark.timeout(600)
def test_every_chain_is_answered_as_described(key):
    calls = []

    class Chain(_described().as_state_machine()):
        def setup(self):
            # Each chain begins with the same rows, and the next of them has the same number.
            self.around = transaction.atomic()
            self.around.__enter__()
            databases.numbered(databases.OWN + 1)
            super().setup()

        def teardown(self):
            super().teardown()
            transaction.set_rollback(True)
            self.around.__exit__(None, None, None)

        def get_call_kwargs(self, case):
            return {"headers": {"Authorization": f"Bearer {key}"}}

        def validate_response(self, response, case, additional_checks=None, **options):
            case.validate_response(
                response,
                additional_checks=additional_checks,
                # The key is put into every call: what one without it gets is the table's test.
                excluded_checks=[ignored_auth],
                recorder=self.recorder,
            )

        def after_call(self, response, case):
            calls.append((case.operation.label, response.status_code))

    run_state_machine_as_test(
        Chain,
        settings=settings(
            max_examples=CHAINS,
            stateful_step_count=CALLS,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert len(calls) >= CHAINS * CALLS / 2
    # Of a hundred calls some make something; of thirty, now and then, none does.
    assert ({200, 201, 422} if FULL else {200, 422}) <= {status for _, status in calls}
