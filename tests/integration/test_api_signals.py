"""Signals over HTTP and by the command line, as a department uses them."""

from __future__ import annotations

import json
import time
from pathlib import Path

import httpx
import pytest

from tests.seamless_city import LAW, file_of, manifest_of
from tests.service import PATIENCE, Service

LINE = {"identity_number": "519999194001010013", "kind": "bus-card", "on": "2020-01-01", "reference": "tx-1"}


@pytest.fixture(scope="module")
def transport(service: Service) -> str:
    """The API key of the transport department, which may report bus cards."""
    operator = service.client("operator")
    flow = {
        "department": "transport",
        "kind": "bus-card",
        "catalogue_entry": "catalogue/transport/bus-card",
        "legal_reference": LAW,
    }
    assert operator.post("/v1/signals/flows", json=flow).status_code == 201
    key = {"organisation": "transport", "label": "signals", "scopes": ["signal"]}
    answer = operator.post("/v1/api-keys", json=key)
    assert answer.status_code == 201, answer.text
    made = str(answer.json()["key"])
    client = as_department(service, made)
    deadline = time.monotonic() + PATIENCE
    while not client.get("/v1/signals/flows").json()["items"][0]["in_force"]:
        assert time.monotonic() < deadline, f"the flow is not in the index after {PATIENCE} s"
        time.sleep(0.05)
    return made


def as_department(service: Service, key: str) -> httpx.Client:
    client = service.client()
    client.headers["Authorization"] = f"Bearer {key}"
    return client


def test_a_delivery_over_http_names_what_waits_in_quarantine_and_why(
    service: Service, transport: str
) -> None:
    client = as_department(service, transport)
    data = file_of([LINE])
    manifest = manifest_of("transport", data, "over-http")
    fields = {
        "department": "transport",
        "reference": "over-http",
        "lines": 1,
        "root": manifest.root.hex(),
        "nonce": manifest.nonce.hex(),
        "first_month": "2020-01",
        "last_month": "2020-01",
    }
    form = {"manifest": json.dumps(fields)}
    answer = client.post("/v1/signals", data=form, files={"file": ("x.jsonl", data)})
    assert answer.status_code == 200, answer.text
    assert answer.json()["delivery"]["counts"]["quarantined"] == 1
    entries = client.get("/v1/signals/quarantine").json()["items"]
    found = next(one for one in entries if one["entry"]["delivery"] == "over-http")
    assert found["entry"]["code"] == "signal.too_old"
    assert "13 months" in found["detail"]
    wrong = client.post(
        "/v1/signals", data={"manifest": json.dumps(fields | {"lines": -1})}, files={"file": ("x", data)}
    )
    assert (wrong.status_code, wrong.json()["code"]) == (400, "signal.manifest_malformed")
    due = client.get("/v1/signals/due").json()["items"]
    assert due
    assert all(one["handle"].startswith("H") for one in due)
    assert client.get("/v1/signals/flows").json()["items"][0]["in_force"] is True


def test_the_command_line_delivers_in_parts_lists_and_dismisses(
    service: Service, transport: str, tmp_path: Path
) -> None:
    environment = {"LEDGER_TOKEN": transport, "LEDGER_URL": service.url}
    file = tmp_path / "bus cards.csv"
    file.write_text(
        "identity_number,kind,on,reference\n519999194001010013,bus-card,2020-01-01,cli-1\n", "utf-8"
    )
    done = service.ledger("signals", "import", str(file), "--json", **environment)
    assert done.returncode == 1, done.stderr
    (delivered,) = json.loads(done.stdout)["deliveries"]
    assert delivered["delivery"]["reference"] == "bus-cards-1"
    listed = service.ledger("signals", "quarantine", "--json", **environment)
    entry = next(
        one["entry"]
        for one in json.loads(listed.stdout)["quarantine"]
        if one["entry"]["reference"] == "cli-1"
    )
    dismissed = service.ledger("signals", "dismiss", str(entry["id"]), **environment)
    assert (dismissed.returncode, dismissed.stdout) == (0, "1 entries settled\n")
    again = service.ledger("signals", "dismiss", str(entry["id"]), **environment)
    assert again.returncode == 1
    flows = service.ledger("signals", "flow", "list", "--json", **environment)
    assert [one["kind"] for one in json.loads(flows.stdout)["flows"]] == ["bus-card"]
    assert service.ledger("signals", "due", **environment).returncode == 0
