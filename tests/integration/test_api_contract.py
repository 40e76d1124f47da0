"""The API keeps to its own description, whatever it is sent (schemathesis over the running service)."""

from __future__ import annotations

import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.service import Service

CHECKS = [
    not_a_server_error,
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
]
EXAMPLES = 10
ENDS_THE_SESSION = ("delete", "/v1/sessions/current")
CREDENTIALS = ("nanqiao", "operator", "health")


def test_every_answer_is_as_described(service: Service) -> None:
    description = schemathesis.openapi.from_url(f"{service.url}/openapi.json")
    tokens = [str(service.client(login).headers["Authorization"]) for login in CREDENTIALS]
    tried = 0
    for found in description.get_all_operations():
        operation = found.ok()
        if (operation.method, operation.path) == ENDS_THE_SESSION:
            continue

        @given(case=operation.as_strategy())
        @settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
        def check(case: schemathesis.Case) -> None:
            for token in tokens:
                case.call_and_validate(headers={"Authorization": token}, checks=CHECKS)

        check()
        tried += 1
    assert tried >= 30
