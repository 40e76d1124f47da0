"""Writes tests/vectors/*.json: words, tags and digests that forge's tests and pytest's check alike.

Every value is drawn from one seed, so that a second run changes nothing. Numbers that can go beyond 2**53
are hex strings, as JSON readers keep no more of a number.
"""

from __future__ import annotations

import json
import random
from pathlib import Path
from types import ModuleType
from typing import Any

from eth_utils.address import to_checksum_address

from ledger.domain import tags
from ledger.encoding import eip712, entries
from ledger.encoding.types import Address, RecordHash, Tag, Word
from ledger.encoding.words import certification, consent, organisation, programme, signer

FOLDER = Path(__file__).parent.parent / "tests" / "vectors"
SEED = 510181
EXAMPLES = 32
LARGEST_EXACT = 1 << 53

Object = dict[str, Any]


def main() -> None:
    """Write every file anew."""
    draw = random.Random(SEED)  # noqa: S311 - examples, the same on every machine
    write(
        "words",
        {
            f"{module.__name__.rsplit('.', 1)[1]}_words": word_examples(draw, module)
            for module in (certification, consent, organisation, signer, programme)
        },
    )
    write("tags", {"tags": tag_examples(draw)})
    write("digests", {"digests": digest_examples(draw)})


def word_examples(draw: random.Random, module: ModuleType) -> list[Object]:
    """Every field at its largest with the rest at zero, then random words, then all ones."""
    widths = {name: module.LAYOUT.mask(name).bit_count() for name in module.LAYOUT.unpack(0)}
    zeros = dict.fromkeys(widths, 0)
    examples = [zeros | {name: (1 << width) - 1} for name, width in widths.items()]
    examples += [{name: draw.getrandbits(width) for name, width in widths.items()} for _ in range(EXAMPLES)]
    examples.append({name: (1 << width) - 1 for name, width in widths.items()})
    return [
        {name: exact(value, widths[name]) for name, value in fields.items()}
        | {"word": hex32(module.pack(**fields))}
        for fields in examples
    ]


def tag_examples(draw: random.Random) -> list[Object]:
    """Tags of both kinds; a certification's with its storage slot."""
    examples = []
    for _ in range(EXAMPLES):
        key = draw.randbytes(32)
        number = draw.randrange(1, 1 << 16)
        examples.append(tag_example(key, tags.certification_tag(key, number)))
        parts = (
            *(draw.randrange(1, 1 << 20) for _ in range(2)),
            *(draw.randrange(1, 1 << 16) for _ in range(2)),
        )
        examples.append(tag_example(key, tags.consent_tag(key, *parts)))
    return examples


def tag_example(key: bytes, opening: tags.Opening) -> Object:
    """One tag with all that it is made of."""
    is_certification = opening.kind is tags.Kind.CERTIFICATION
    slot = tags.certification_slot(opening.parts[0], opening.tag) if is_certification else opening.tag
    return {
        "kind": opening.kind,
        "parts": list(opening.parts),
        "subject_key": hex_bytes(key),
        "opening_key": hex_bytes(opening.opening_key),
        "tag": hex_bytes(opening.tag),
        "slot": hex_bytes(slot),
    }


def digest_examples(draw: random.Random) -> list[Object]:
    """Digests of the four signed structures, for several chains and addresses."""
    examples: list[Object] = []
    for count in (1, 2, 3, 7):
        for make in (certification_batch, consent_batch, incapacity_review, tree_head):
            name = {certification_batch: "Certifications", tree_head: "Anchors"}.get(make, "Consents")
            address = Address(to_checksum_address(draw.randbytes(20)))
            domain = eip712.Domain(name, draw.randrange(1, 1 << 40), address)
            examples.append(
                {"contract": name, "chain_id": domain.chain_id, "verifying_contract": address}
                | make(draw, domain, count)
            )
    return examples


def certification_batch(draw: random.Random, domain: eip712.Domain, count: int) -> Object:
    """A CertificationBatch of `count` entries."""
    packed = packed_entries(draw, count)
    fields = {
        "programme": draw.randrange(1, 1 << 16),
        "scheme": draw.randrange(3),
        "deadline": draw.getrandbits(40),
    }
    digest = eip712.certification_batch_digest(domain, **fields, entries=packed)
    return {
        "primary_type": "CertificationBatch",
        **fields,
        "entries": hex_bytes(packed),
        "digest": hex_bytes(digest),
    }


def consent_batch(draw: random.Random, domain: eip712.Domain, count: int) -> Object:
    """A ConsentBatch of `count` entries."""
    packed = packed_entries(draw, count)
    deadline, reviewed = draw.getrandbits(40), draw.random() < 0.5
    digest = eip712.consent_batch_digest(domain, deadline, reviewed, packed)
    return {
        "primary_type": "ConsentBatch",
        "deadline": deadline,
        "reviewed": reviewed,
        "entries": hex_bytes(packed),
        "digest": hex_bytes(digest),
    }


def incapacity_review(draw: random.Random, domain: eip712.Domain, _count: int) -> Object:
    """An IncapacityReview of some batch."""
    batch_digest = draw.randbytes(32)
    return {
        "primary_type": "IncapacityReview",
        "batch_digest": hex_bytes(batch_digest),
        "digest": hex_bytes(eip712.incapacity_review_digest(domain, batch_digest)),
    }


def tree_head(draw: random.Random, domain: eip712.Domain, _count: int) -> Object:
    """A TreeHead; its size is a hex string, being of 64 bits."""
    size, root = draw.getrandbits(64), draw.randbytes(32)
    fields = {
        "organisation": draw.randrange(1, 1 << 20),
        "stream": draw.randrange(1, 5),
        "deadline": draw.getrandbits(40),
    }
    digest = eip712.tree_head_digest(domain, **fields, size=size, root=root)
    return {
        "primary_type": "TreeHead",
        **fields,
        "size": hex32(size),
        "root": hex_bytes(root),
        "digest": hex_bytes(digest),
    }


def packed_entries(draw: random.Random, count: int) -> bytes:
    """Random entries, as bytes."""
    return entries.pack(
        (Tag(draw.randbytes(32)), Word(draw.getrandbits(256)), RecordHash(draw.randbytes(32)))
        for _ in range(count)
    )


def exact(value: int, width: int) -> int | str:
    """A number, or its hex string where the field could hold more than JSON readers keep."""
    return value if 1 << width <= LARGEST_EXACT else hex32(value)


def hex32(value: int) -> str:
    """32 bytes as hex."""
    return f"0x{value:064x}"


def hex_bytes(value: bytes) -> str:
    """Bytes as hex."""
    return f"0x{value.hex()}"


def write(name: str, content: Object) -> None:
    """One file, one object to a line."""
    lists = [
        f"{json.dumps(key)}: [\n" + ",\n".join(json.dumps(example) for example in examples) + "\n]"
        for key, examples in content.items()
    ]
    (FOLDER / f"{name}.json").write_text("{\n" + ",\n".join(lists) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
