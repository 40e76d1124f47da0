"""The load: people of the office at work, each in a thread, each drawing from a seed of its own."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from random import Random
from threading import Event, Thread
from typing import Any

from ledger.cli.bench.chaos.ground import PROGRAMME, REVIEWER, TERMS, WORKER, Ground, Someone
from ledger.cli.bench.chaos.http import Client, Reply, sign_in
from ledger.cli.bench.chaos.seen import Decided, Given, LookUp, Seen, Withdrawn
from ledger.domain.programmes import local_date

_LARGEST = 40
_REASON = "chaos"


class Clients:
    """Certifiers and a reviewer on the same people, consents, decisions and look-ups."""

    def __init__(self, urls: Sequence[str], ground: Ground, seen: Seen, seed: int) -> None:
        self._urls = urls
        self._ground = ground
        self._seen = seen
        self._seed = seed
        self._ended = Event()
        half = len(ground.people) // 2
        self._certified, consenting = ground.people[:half], ground.people[half:]
        worker = sign_in(urls, WORKER, ground.passwords[WORKER])
        reviewer = sign_in(urls, REVIEWER, ground.passwords[REVIEWER])
        key = ground.key
        quarter = len(consenting) // 2
        self._threads = [
            self._thread("certifier-1", worker, self._certify),
            self._thread("certifier-2", worker, self._certify),
            self._thread("reviewer", reviewer, self._review),
            self._consenter("consents-1", worker, consenting[:quarter]),
            self._consenter("consents-2", worker, consenting[quarter:]),
            self._thread(
                "decider", key, lambda client, random: self._decide(client, random.choice(consenting))
            ),
            self._thread("looker-1", worker, self._look_up),
            self._thread("looker-2", reviewer, self._look_up),
        ]

    def start(self) -> None:
        """Begins."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Ends; requests that are under way are answered first, if the service still does."""
        self._ended.set()
        for thread in self._threads:
            thread.join()

    def _thread(self, name: str, token: str, step: Callable[[Client, Random], object]) -> Thread:
        random = Random(f"{name}/{self._seed}")  # noqa: S311
        client = Client(self._urls, token)

        def run() -> None:
            while not self._ended.is_set():
                step(client, random)
                time.sleep(random.uniform(0.0, 0.02))

        return Thread(target=run, name=name, daemon=True)

    def _certify(self, client: Client, random: Random) -> None:
        people = random.sample(self._certified, random.randint(1, min(_LARGEST, len(self._certified))))
        kind = random.choice([_visit, _authorisation])
        items = [{"subject": one.subject, **kind(random)} for one in people]
        self._submit(client, random, items)
        time.sleep(random.uniform(0.0, 0.2))

    def _review(self, client: Client, random: Random) -> None:
        action = random.choice(["suspend", "reinstate", "report-death", "rescind-death", "revoke"])
        people = random.sample(self._certified, random.randint(1, 20))
        items: list[dict[str, Any]] = [{"subject": one.subject, "action": action} for one in people]
        if action != "report-death":
            items = [{**item, "reason": _REASON} for item in items]
        self._submit(client, random, items)
        time.sleep(random.uniform(0.0, 0.3))

    def _submit(self, client: Client, random: Random, items: Sequence[dict[str, Any]]) -> None:
        body = {"programme": PROGRAMME, "items": items}
        reply = client.insist("POST", "/v1/certifications", body, _key(random), self._goes_on)
        if not self._is(reply, 202) or reply is None:
            return
        taken = [one["id"] for one in reply.body["operations"] if one["id"]]
        self._seen.operations.extend(taken)
        self._seen.rejected.update(
            one["error"]["code"] for one in reply.body["operations"] if one.get("error")
        )
        self._seen.count("accepted", len(taken))

    def _consenter(self, name: str, token: str, people: Sequence[Someone]) -> Thread:
        department = Client(self._urls, self._ground.key)

        def step(client: Client, random: Random) -> None:
            one = random.choice(people)
            self._seen.given.append(Given(self._seen.now(), one.subject))
            body = {"subject": one.subject, "consumer": "health", **TERMS}
            given = client.insist("POST", "/v1/consents", body, _key(random), self._goes_on)
            if not self._is(given, 202) or given is None:
                return
            self._took(given)
            patience = time.monotonic() + random.uniform(0.0, 4.0)
            while time.monotonic() < patience and self._goes_on():
                if self._decide(department, one) == "PERMIT":
                    break
                time.sleep(0.05)
            path = f"/v1/consents/{given.body['consent_id']}/withdraw"
            withdrawn = client.insist("POST", path, {}, _key(random), self._goes_on)
            if not self._is(withdrawn, 202) or withdrawn is None:
                return
            self._seen.withdrawn.append(Withdrawn(self._seen.now(), one.subject))
            self._took(withdrawn)
            for _ in range(3):
                self._decide(department, one)

        return self._thread(name, token, step)

    def _took(self, reply: Reply) -> None:
        self._seen.operations.append(reply.body["operation_id"])
        self._seen.count("accepted")

    def _decide(self, client: Client, one: Someone) -> str | None:
        sent = self._seen.now()
        reply = client.ask("POST", "/v1/decisions", {"handle": one.handle, **TERMS})
        if not self._is(reply, 200) or reply is None:
            return None
        answer: str = reply.body["decision"]
        self._seen.decisions.append(
            Decided(sent, self._seen.now(), one.subject, answer, reply.body["reason_code"])
        )
        self._seen.count("decisions")
        return answer

    def _look_up(self, client: Client, random: Random) -> None:
        one = random.choice(self._ground.people)
        sent = self._seen.now()
        reply = client.ask("GET", f"/v1/subjects/{one.subject}/verdict?programme={PROGRAMME}")
        if self._is(reply, 200) and reply is not None:
            self._seen.look_ups.append(LookUp(sent, self._seen.now(), one.subject, reply.body))
            self._seen.count("look-ups")

    def _is(self, reply: Reply | None, status: int) -> bool:
        """Whether it is what was asked for. 503 says that the service can't tell, 422 that a rule says no."""
        if reply is None or reply.status == 503:
            time.sleep(0.05)
            return False
        if reply.status not in {status, 422}:
            code = reply.body.get("code") if isinstance(reply.body, dict) else None
            self._seen.surprises[f"{reply.status} {code}"] += 1
        return reply.status == status

    def _goes_on(self) -> bool:
        return not self._ended.is_set()


def _visit(random: Random) -> dict[str, Any]:
    # One that happened later lasts longer, so a person can be certified many times.
    day = local_date(time.time()) - timedelta(days=random.randint(0, 330))
    return {"action": "certify", "method": "visit", "occurred_on": day.isoformat()}


def _authorisation(random: Random) -> dict[str, Any]:
    return {"action": "authorise", "authorisation": random.choice(["consented", "objected"])}


def _key(random: Random) -> str:
    return f"chaos-{random.getrandbits(96):024x}"
