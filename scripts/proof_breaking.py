"""Proofs that must not hold, each with the rule that has to say so, written down here by hand.

A case changes a good proof by a JSON patch (RFC 6902: add, remove, replace), or is a text of its own.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from typing import Any

import rlp

from ledger.domain.events import Contract
from ledger.domain.proofs.format import LARGEST_FILE
from ledger.domain.tags import Kind, consent_tag
from ledger.encoding import eip712
from ledger.encoding.hashing import keccak256
from ledger.encoding.statements import Statements
from ledger.keys.signatures import sign
from ledger.keys.vault import OPERATOR
from scripts.proof_story import ATTACKER, OTHER_KEY, Good, Story
from scripts.proof_wrong_values import (
    BROKEN,
    CANNOT_JUDGE,
    CANNOT_KNOW,
    MALFORMED,
    MALFORMED_VALUES,
    MUST_BE_THERE,
    OTHER_DEPLOYMENTS,
    WRONG_VALUES,
)

Case = dict[str, Any]
Patch = list[tuple[str, Any]]

OUTCOME = {"0": MALFORMED, "1": BROKEN, "2": BROKEN, "3": BROKEN, "4": BROKEN}


class Breaker:
    """Makes the cases out of a story."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.given, self.other = story.good["given-3"], story.good["given-4"]
        self.never, self.certified = story.good["never-3"], story.good["certified"]
        self.statements = Statements(
            story.deployment.chain_id, bytes.fromhex(story.deployment.deployment_id[2:])
        )

    def cases(self) -> Iterator[Case]:
        """All of them."""
        yield from self.fields()
        yield from self.nodes()
        yield from self.mixed_up()
        yield from self.forged()
        yield from self.wrongly_signed()
        yield from self.other_deployments()
        yield from self.texts()
        yield from self.distrusted()

    def fields(self) -> Iterator[Case]:
        """Each field wrong in turn, and missing, and of another type."""
        for good in (self.given, self.never, self.certified):
            document = json.loads(good.proof.to_json())
            for path, (value, rule) in (WRONG_VALUES | CANNOT_JUDGE).items():
                if _has(document, path) and not (good is self.never and path.startswith("/batch")):
                    yield _case(f"{good.name}: other {path}", good, rule, [(path, value)])
        for path in MUST_BE_THERE:
            yield _case(f"without {path}", self.given, "0.3", [(path, _REMOVED)])
        for path, values in MALFORMED_VALUES.items():
            for number, value in enumerate(values):
                yield _case(f"malformed {path}, {number}", self.given, "0.3", [(path, value)])
        for path in ("/extra", "/chain/extra", "/chain/head/extra", "/binding/extra", "/batch/extra"):
            yield _case(f"unknown {path}", self.given, "0.3", [(path, 1)])
        yield _case(
            "a batch where nothing was recorded", self.never, "4.4", [("/batch", _of(self.given, "batch"))]
        )
        yield _case(
            "the batch of a certification", self.given, "0.3", [("/batch", _of(self.certified, "batch"))]
        )
        yield _case(
            "a consent called a certification", self.never, "4.1", [("/binding/kind", "certification")]
        )

    def nodes(self) -> Iterator[Case]:
        """Each node missing, each changed, and one too many."""
        for good in (self.given, self.never, self.certified):
            for number, node in enumerate(good.proof.chain.nodes):
                rule = next(name for name, nodes in good.parts.items() if node in nodes)
                path = f"/chain/nodes/{number}"
                if len(good.proof.chain.nodes) > 1:
                    yield _case(f"{good.name}: node {number} missing", good, rule, [(path, _REMOVED)])
                changed = node[:-1] + bytes((node[-1] ^ 1,))
                yield _case(f"{good.name}: node {number} changed", good, rule, [(path, _base64(changed))])
        extra = _base64(self.certified.parts["4.3"][-1])
        yield _case("a node too many", self.given, "4.8", [("/chain/nodes/-", extra)])
        cut = _base64(self.given.proof.chain.nodes[0][:-1])
        yield _case("a root node cut off", self.given, "3.1", [("/chain/nodes/0", cut)])

    def mixed_up(self) -> Iterator[Case]:
        """Parts of one proof in another: other tuple, another person's opening, wrong slot, other block."""
        given, other, never = self.given, self.other, self.never
        neighbour = self.story.good["never-neighbouring-tuple-0"]
        earlier = self.story.good["never-before-any-record"]
        for name, base, rule, source, paths in (
            ("another person's opening", given, "4.1", other, ["opening_key"]),
            ("the opening of another tuple", given, "4.1", neighbour, ["opening_key"]),
            ("another tuple's parts", given, "4.1", neighbour, ["binding/parts"]),
            ("another person's tag", given, "4.1", other, ["binding/tag"]),
            ("another person's tag and opening", given, "4.2", other, ["binding/tag", "opening_key"]),
            ("another person's handle", given, "4.2", other, ["binding/handle"]),
            ("another person's binding signature", given, "4.2", other, ["binding/signature"]),
            ("another person's slot", given, "4.3", never, ["chain"]),
            (
                "never given, by another person's binding",
                never,
                "4.4",
                given,
                ["binding", "opening_key", "chain"],
            ),
            ("given, by another person's nodes", given, "4.3", never, ["chain/nodes"]),
            ("the batch of another record", given, "4.5", self.story.good["refused-0"], ["batch"]),
            ("the entries of another batch", given, "4.5", self.story.good["refused-0"], ["batch/entries"]),
            (
                "the signature of another batch",
                given,
                "4.6",
                self.story.good["refused-0"],
                ["batch/signature"],
            ),
            ("an earlier block's head", given, "2.1", earlier, ["chain/head"]),
            ("an earlier block's header", given, "2.1", earlier, ["chain/header"]),
            ("an earlier block's head and header", given, "3.1", earlier, ["chain/head", "chain/header"]),
            ("an earlier block's nodes", given, "3.1", earlier, ["chain/nodes"]),
            ("an earlier head's signature", given, "1.4", earlier, ["chain/head/signature"]),
            ("a certification's binding", given, "0.3", self.certified, ["binding"]),
            ("a certification's slot", given, "3.1", self.certified, ["chain/nodes"]),
        ):
            yield _case(name, base, rule, [(f"/{path}", _of(source, path)) for path in paths])

        absent = [("/chain", _of(never, "chain")), ("/batch", None)]
        yield _case("the absence of another person's consent", given, "4.3", absent)

    def forged(self) -> Iterator[Case]:
        """By someone who holds every key but the operator's."""
        chain, binding = self.given.proof.chain, self.given.proof.binding
        fields = rlp.decode(chain.header)
        fields[3] = keccak256(b"another state")
        header = rlp.encode(fields)
        head = {"number": chain.head.number, "hash": _hex(keccak256(header)), "time": chain.head.time}
        digest = self.statements.head(
            number=chain.head.number, block_hash=keccak256(header), time=chain.head.time
        )
        own_head = {**head, "signature": _hex(sign(ATTACKER, digest))}
        kept_head = {**head, "signature": _hex(chain.head.signature)}
        encoded = ("/chain/header", _base64(header))
        yield _case(
            "another state, signed by another key", self.given, "1.4", [encoded, ("/chain/head", own_head)]
        )
        yield _case(
            "another state under the old signature", self.given, "1.4", [encoded, ("/chain/head", kept_head)]
        )
        yield _case("another state in the header", self.given, "2.1", [encoded])
        random = consent_tag(keccak256(b"random"), *binding.parts)
        opening = [("/opening_key", _hex(random.opening_key)), ("/binding/tag", _hex(random.tag))]
        yield _case("a random opening that shows absence", self.never, "4.2", opening)
        signature = ("/binding/signature", _hex(sign(ATTACKER, self._binding_digest(binding, random.tag))))
        yield _case("a random opening, bound by another key", self.never, "4.2", [*opening, signature])
        own = ("/batch/signature", _hex(sign(ATTACKER, self._batch_digest())))
        yield _case("a batch signed by a key nobody registered", self.given, "4.6", [own])
        shown = [own, self._nodes_with("unknown key")]
        yield _case("a batch signed by a key shown not to be registered", self.given, "4.6", shown)
        high = (int.from_bytes(chain.head.signature[32:64], "big") * -1) % _ORDER
        raw = chain.head.signature[:32] + high.to_bytes(32, "big") + bytes((55 - chain.head.signature[64],))
        yield _case(
            "a head signed with the high s", self.given, "1.4", [("/chain/head/signature", _hex(raw))]
        )
        for v in (0, 1, 26, 29):
            raw = chain.head.signature[:64] + bytes((v,))
            yield _case(
                f"a head signed with v {v}", self.given, "1.4", [("/chain/head/signature", _hex(raw))]
            )

    def wrongly_signed(self) -> Iterator[Case]:
        """What the operator's and an organisation's own keys signed, and is still no proof."""
        vault = self.story.vault
        assert vault is not None  # noqa: S101 - told() sets it
        chain = self.given.proof.chain

        def head(number: int, header: bytes, time: int) -> Patch:
            digest = self.statements.head(number=number, block_hash=keccak256(header), time=time)
            signed = _hex(vault.sign_digest(OPERATOR, digest))
            stated = {"number": number, "hash": _hex(keccak256(header)), "time": time, "signature": signed}
            return [("/chain/head", stated), ("/chain/header", _base64(header))]

        number, time = chain.head.number, chain.head.time
        yield _case("a head of another number", self.given, "2.2", head(number + 1, chain.header, time))
        yield _case("a head stated before its block", self.given, "2.3", head(number, chain.header, 1))
        for name, header in {
            "a header that is a string": rlp.encode(b"header"),
            "a header of three fields": rlp.encode([b"a", b"b", b"c"]),
            "a header with bytes after it": chain.header + b"\0",
            "a header cut off": chain.header[:-1],
        }.items():
            yield _case(name, self.given, "2.2", head(number, header, time))
        empty = rlp.decode(chain.header)
        empty[3] = keccak256(b"\x80")
        yield _case("a head of the empty state", self.given, "3.1", head(number, rlp.encode(empty), time))
        signed = ("/batch/signature", _hex(vault.sign_digest(OTHER_KEY, self._batch_digest())))
        yield _case(
            "a batch signed by another organisation, whose key isn't shown", self.given, "4.6", [signed]
        )
        shown = [signed, self._nodes_with("other key")]
        yield _case("a batch signed by another organisation", self.given, "4.7", shown)
        operators = _hex(vault.sign_digest(OPERATOR, self._batch_digest()))
        yield _case("a batch signed by the operator", self.given, "4.6", [("/batch/signature", operators)])

    def other_deployments(self) -> Iterator[Case]:
        """Good proofs, checked against another pinned deployment."""
        for path, (value, rule, outcome) in OTHER_DEPLOYMENTS.items():
            case = _case(f"pinned with another {path}", self.given, rule, [])
            yield {**case, "outcome": outcome, "deployment_patch": [_operation(path, value)]}

    def texts(self) -> Iterator[Case]:
        """What is hardly a file."""
        length = len(self.given.proof.to_json())
        for kept in (0, 1, length // 4, length // 2, length - 2, length - 1):
            yield {
                "name": f"cut off after {kept} bytes",
                **_says("0.3"),
                "of": self.given.name,
                "length": kept,
            }
        for text in ("null", "[]", "{}", "0", '"proof"', "not JSON", "{'format': 1}", "\ufeff{}", "NaN"):
            yield {"name": f"the text {text!r}", **_says("0.3"), "text": text}
        for name, rule, text, times in (
            ("one byte too large", "0.1", " ", LARGEST_FILE + 1),
            ("huge", "0.1", "[", 4 * LARGEST_FILE),
            ("lists in lists", "0.2", "[", 100_000),
            ("objects in objects", "0.2", '{"a":', 30_000),
            ("nine levels", "0.2", "[", 9),
            ("eight levels", "0.3", "[", 8),
        ):
            yield {"name": name, **_says(rule), "repeat": {"text": text, "times": times}}

    def distrusted(self) -> Iterator[Case]:
        """A consent by a key since it was distrusted: the proof is right, and shows nothing to rely on."""
        good = self.story.good["given-by-a-distrusted-key"]
        yield {
            "name": good.name,
            "outcome": CANNOT_KNOW,
            "rule": "5.1",
            "text": good.proof.to_json().decode(),
        }

    def _nodes_with(self, key: str) -> tuple[str, list[str]]:
        """The nodes of `given` with another key's slot in the place of its signer's."""
        parts = self.given.parts
        nodes = [*parts["3.1"], *parts["4.3"], *parts["3.2"], *parts[key]]
        return "/chain/nodes", [_base64(node) for node in nodes]

    def _batch_digest(self) -> bytes:
        batch = self.given.proof.batch
        assert batch is not None  # noqa: S101 - of a consent that was given
        domain = self.story.deployment.domains[Contract.CONSENTS]
        return eip712.consent_batch_digest(domain, batch.deadline, False, batch.entries)

    def _binding_digest(self, binding: Any, tag: bytes) -> bytes:
        return self.statements.binding(
            organisation=binding.organisation,
            handle=binding.handle,
            kind=Kind.CONSENT,
            parts=binding.parts,
            tag=tag,
        )


_REMOVED = object()
_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141


def _says(rule: str) -> Case:
    return {"outcome": OUTCOME[rule[0]], "rule": rule}


def _case(name: str, good: Good, rule: str, patch: Patch) -> Case:
    outcome = CANNOT_KNOW if rule in {"0.4", "1.1", "1.2", "1.3"} else OUTCOME.get(rule[0], BROKEN)
    operations = [_operation(path, value) for path, value in patch]
    return {"name": name, "outcome": outcome, "rule": rule, "of": good.name, "patch": operations}


def _operation(path: str, value: Any) -> Case:
    if value is _REMOVED:
        return {"op": "remove", "path": path}
    return {"op": "add" if path.endswith(("/-", "/extra")) else "replace", "path": path, "value": value}


def _of(good: Good, path: str) -> Any:
    value = json.loads(good.proof.to_json())
    for name in path.split("/"):
        value = value[name]
    return value


def _has(document: Any, path: str) -> bool:
    for name in path.split("/")[1:]:
        if isinstance(document, list):
            if int(name) >= len(document):
                return False
            document = document[int(name)]
        elif not isinstance(document, dict) or name not in document:
            return False
        else:
            document = document[name]
    return True


def _hex(raw: bytes) -> str:
    return f"0x{raw.hex()}"


def _base64(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
