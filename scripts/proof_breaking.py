"""Proofs that must not hold, each with the rule that has to say so, written down here by hand.

A case changes a good proof by a JSON patch (RFC 6902: add, remove, replace), or is a text of its own.
"""

from __future__ import annotations

import json
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
from scripts.proof_cases import (
    REMOVED,
    Case,
    Patch,
    base64_text,
    case,
    has,
    hex_text,
    operation,
    says,
    value_of,
)
from scripts.proof_story import ATTACKER, OTHER_KEY, Story
from scripts.proof_wrong_values import (
    CANNOT_JUDGE,
    CANNOT_KNOW,
    MALFORMED_VALUES,
    MUST_BE_THERE,
    OTHER_DEPLOYMENTS,
    WRONG_VALUES,
)

ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
"""Of the group secp256k1 (SEC 2)."""


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
                if has(document, path) and not (good is self.never and path.startswith("/batch")):
                    yield case(f"{good.name}: other {path}", good, rule, [(path, value)])
        for path in MUST_BE_THERE:
            yield case(f"without {path}", self.given, "0.3", [(path, REMOVED)])
        for path, values in MALFORMED_VALUES.items():
            for number, value in enumerate(values):
                yield case(f"malformed {path}, {number}", self.given, "0.3", [(path, value)])
        for path in ("/extra", "/chain/extra", "/chain/head/extra", "/binding/extra", "/batch/extra"):
            yield case(f"unknown {path}", self.given, "0.3", [(path, 1)])
        yield case(
            "a batch where nothing was recorded",
            self.never,
            "4.4",
            [("/batch", value_of(self.given, "batch"))],
        )
        yield case(
            "the batch of a certification", self.given, "0.3", [("/batch", value_of(self.certified, "batch"))]
        )
        kind = [("/binding/kind", "certification")]
        yield case("a consent called a certification", self.never, "3.1", kind)

    def nodes(self) -> Iterator[Case]:
        """Each node missing, each changed, and one too many."""
        for good in (self.given, self.never, self.certified):
            for number, node in enumerate(good.proof.chain.nodes):
                rule = next(name for name, nodes in good.parts.items() if node in nodes)
                path = f"/chain/nodes/{number}"
                if len(good.proof.chain.nodes) > 1:
                    yield case(f"{good.name}: node {number} missing", good, rule, [(path, REMOVED)])
                changed = node[:-1] + bytes((node[-1] ^ 1,))
                yield case(f"{good.name}: node {number} changed", good, rule, [(path, base64_text(changed))])
        extra = base64_text(self.certified.parts["4.3"][-1])
        yield case("a node too many", self.given, "4.9", [("/chain/nodes/-", extra)])
        cut = base64_text(self.given.proof.chain.nodes[0][:-1])
        yield case("a root node cut off", self.given, "3.1", [("/chain/nodes/0", cut)])

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
                "4.7",
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
            yield case(name, base, rule, [(f"/{path}", value_of(source, path)) for path in paths])

        absent = [("/chain", value_of(never, "chain")), ("/batch", None)]
        yield case("the absence of another person's consent", given, "4.3", absent)

    def forged(self) -> Iterator[Case]:
        """By someone who holds every key but the operator's."""
        chain, binding = self.given.proof.chain, self.given.proof.binding
        fields = rlp.decode(chain.header)
        fields[3] = keccak256(b"another state")
        header = rlp.encode(fields)
        head = {"number": chain.head.number, "hash": hex_text(keccak256(header)), "time": chain.head.time}
        digest = self.statements.head(
            number=chain.head.number, block_hash=keccak256(header), time=chain.head.time
        )
        own_head = {**head, "signature": hex_text(sign(ATTACKER, digest))}
        kept_head = {**head, "signature": hex_text(chain.head.signature)}
        encoded = ("/chain/header", base64_text(header))
        yield case(
            "another state, signed by another key", self.given, "1.4", [encoded, ("/chain/head", own_head)]
        )
        yield case(
            "another state under the old signature", self.given, "1.4", [encoded, ("/chain/head", kept_head)]
        )
        yield case("another state in the header", self.given, "2.1", [encoded])
        random = consent_tag(keccak256(b"random"), *binding.parts)
        opening = [("/opening_key", hex_text(random.opening_key)), ("/binding/tag", hex_text(random.tag))]
        yield case("a random opening that shows absence", self.never, "4.2", opening)
        signature = (
            "/binding/signature",
            hex_text(sign(ATTACKER, self._binding_digest(binding, random.tag))),
        )
        yield case("a random opening, bound by another key", self.never, "4.2", [*opening, signature])
        own = ("/batch/signature", hex_text(sign(ATTACKER, self._batch_digest())))
        yield case("a batch signed by a key nobody registered", self.given, "4.7", [own])
        shown = [own, self._nodes_with("unknown key")]
        yield case("a batch signed by a key shown not to be registered", self.given, "4.7", shown)
        high = (int.from_bytes(chain.head.signature[32:64], "big") * -1) % ORDER
        raw = chain.head.signature[:32] + high.to_bytes(32, "big") + bytes((55 - chain.head.signature[64],))
        yield case(
            "a head signed with the high s", self.given, "1.4", [("/chain/head/signature", hex_text(raw))]
        )
        for v in (0, 1, 26, 29):
            raw = chain.head.signature[:64] + bytes((v,))
            yield case(
                f"a head signed with v {v}", self.given, "1.4", [("/chain/head/signature", hex_text(raw))]
            )

    def wrongly_signed(self) -> Iterator[Case]:
        """What the operator's and an organisation's own keys signed, and is still no proof."""
        vault = self.story.vault
        assert vault is not None  # noqa: S101 - told() sets it
        chain = self.given.proof.chain

        def head(number: int, header: bytes, time: int) -> Patch:
            digest = self.statements.head(number=number, block_hash=keccak256(header), time=time)
            signed = hex_text(vault.sign_digest(OPERATOR, digest))
            stated = {
                "number": number,
                "hash": hex_text(keccak256(header)),
                "time": time,
                "signature": signed,
            }
            return [("/chain/head", stated), ("/chain/header", base64_text(header))]

        number, time = chain.head.number, chain.head.time
        yield case("a head of another number", self.given, "2.2", head(number + 1, chain.header, time))
        yield case("a head stated before its block", self.given, "2.3", head(number, chain.header, 1))
        for name, header in {
            "a header that is a string": rlp.encode(b"header"),
            "a header of three fields": rlp.encode([b"a", b"b", b"c"]),
            "a header with bytes after it": chain.header + b"\0",
            "a header cut off": chain.header[:-1],
        }.items():
            yield case(name, self.given, "2.2", head(number, header, time))
        empty = rlp.decode(chain.header)
        empty[3] = keccak256(b"\x80")
        yield case("a head of the empty state", self.given, "3.1", head(number, rlp.encode(empty), time))
        signed = ("/batch/signature", hex_text(vault.sign_digest(OTHER_KEY, self._batch_digest())))
        yield case(
            "a batch signed by another organisation, whose key isn't shown", self.given, "4.7", [signed]
        )
        shown = [signed, self._nodes_with("other key")]
        yield case("a batch signed by another organisation", self.given, "4.8", shown)
        operators = hex_text(vault.sign_digest(OPERATOR, self._batch_digest()))
        yield case("a batch signed by the operator", self.given, "4.7", [("/batch/signature", operators)])

    def other_deployments(self) -> Iterator[Case]:
        """Good proofs, checked against another pinned deployment."""
        for path, (value, rule, outcome) in OTHER_DEPLOYMENTS.items():
            whole = case(f"pinned with another {path}", self.given, rule, [])
            yield {**whole, "outcome": outcome, "deployment_patch": [operation(path, value)]}

    def texts(self) -> Iterator[Case]:
        """What is hardly a file."""
        length = len(self.given.proof.to_json())
        for kept in (0, 1, length // 4, length // 2, length - 2, length - 1):
            yield {
                "name": f"cut off after {kept} bytes",
                **says("0.3"),
                "of": self.given.name,
                "length": kept,
            }
        for text in ("null", "[]", "{}", "0", '"proof"', "not JSON", "{'format': 1}", "\ufeff{}", "NaN"):
            yield {"name": f"the text {text!r}", **says("0.3"), "text": text}
        for name, rule, text, times in (
            ("one byte too large", "0.1", " ", LARGEST_FILE + 1),
            ("huge", "0.1", "[", 4 * LARGEST_FILE),
            ("lists in lists", "0.2", "[", 100_000),
            ("objects in objects", "0.2", '{"a":', 30_000),
            ("nine levels", "0.2", "[", 9),
            ("eight levels", "0.3", "[", 8),
        ):
            yield {"name": name, **says(rule), "repeat": {"text": text, "times": times}}

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
        nodes = [*parts["3.1"], *parts["4.3"], *parts["4.6"], *parts[key]]
        return "/chain/nodes", [base64_text(node) for node in nodes]

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
