"""Looking up in proofs from tries that the test builds itself, plainly and in full."""

from __future__ import annotations

import rlp
from hypothesis import given
from hypothesis import strategies as st

from ledger.encoding.hashing import keccak256
from ledger.encoding.rlp_list import decode_list, decode_string
from ledger.encoding.trie import EMPTY_ROOT, Nodes, look_up

KEYS = st.binary(min_size=1, max_size=4)
VALUES = st.binary(min_size=1, max_size=33)
TRIES = st.dictionaries(KEYS, VALUES, max_size=60)


class Trie:
    """All nodes of a trie (yellow paper, appendix D), by hash."""

    def __init__(self, values: dict[bytes, bytes]) -> None:
        self.nodes: dict[bytes, bytes] = {}
        paths = {keccak256(key).hex(): value for key, value in values.items()}
        self.root = EMPTY_ROOT
        if paths:
            encoded = rlp.encode(self._node(paths))
            self.root = keccak256(encoded)
            self.nodes[self.root] = encoded

    def _node(self, paths: dict[str, bytes]) -> list[object]:
        if len(paths) == 1:
            ((path, value),) = paths.items()
            return [_compact(path, leaf=True), value]
        shared = _shared(list(paths))
        if shared:
            below = self._node({path[shared:]: value for path, value in paths.items()})
            return [_compact(next(iter(paths))[:shared], leaf=False), self._reference(below)]
        children: list[object] = []
        for digit in "0123456789abcdef":
            below_digit = {path[1:]: value for path, value in paths.items() if path[0] == digit}
            children.append(self._reference(self._node(below_digit)) if below_digit else b"")
        return [*children, b""]

    def _reference(self, node: list[object]) -> object:
        encoded = rlp.encode(node)
        if len(encoded) < 32:
            return node
        node_hash = keccak256(encoded)
        self.nodes[node_hash] = encoded
        return node_hash


def _compact(path: str, *, leaf: bool) -> bytes:
    flag = 2 * leaf + len(path) % 2
    return bytes.fromhex(f"{flag:x}{'' if len(path) % 2 else '0'}{path}")


def _shared(paths: list[str]) -> int:
    first, last = min(paths), max(paths)
    return next(at for at, (a, b) in enumerate(zip(first, last, strict=True)) if a != b)


@given(TRIES, KEYS)
def test_what_is_in_a_trie_is_found_and_nothing_else(values: dict[bytes, bytes], key: bytes) -> None:
    trie = Trie(values)
    for known, value in values.items():
        assert look_up(trie.root, known, Nodes(trie.nodes.values())) == value
    assert look_up(trie.root, key, Nodes(trie.nodes.values())) == values.get(key)


@given(TRIES.filter(bool), KEYS, st.data())
def test_a_node_changed_or_missing_never_gives_another_answer(
    values: dict[bytes, bytes], key: bytes, data: st.DataObject
) -> None:
    trie = Trie(values)
    nodes = list(trie.nodes.values())
    place = data.draw(st.integers(0, len(nodes) - 1))
    node = bytearray(nodes[place])
    node[data.draw(st.integers(0, len(node) - 1))] ^= data.draw(st.integers(1, 255))
    for others in ([*nodes[:place], *nodes[place + 1 :]], [*nodes[:place], bytes(node), *nodes[place + 1 :]]):
        try:
            found = look_up(trie.root, key, Nodes(others))
        except ValueError:
            continue
        assert found == values.get(key)


@given(st.recursive(st.binary(max_size=70), lambda inner: st.lists(inner, max_size=4), max_leaves=20))
def test_lists_are_read_as_the_library_writes_them(value: object) -> None:
    encoded = rlp.encode(value)
    if isinstance(value, bytes):
        assert decode_string(encoded) == value
        return
    assert isinstance(value, list)
    expected = [item if isinstance(item, bytes) else rlp.encode(item) for item in value]
    assert decode_list(encoded) == expected


@given(st.binary(max_size=80))
def test_any_bytes_are_read_as_the_library_does_or_refused(data: bytes) -> None:
    try:
        ours = decode_list(data)
    except ValueError:
        return
    again = rlp.encode([rlp.decode(item, strict=False) if _is_nested(item) else bytes(item) for item in ours])
    assert again == data


def _is_nested(item: bytes) -> bool:
    return type(item) is not bytes
