"""What a state root shows through Merkle-Patricia nodes."""

from __future__ import annotations

from ledger.domain.proofs.pinned import PinnedContract
from ledger.encoding import addresses
from ledger.encoding.rlp_list import decode_list, decode_number, decode_string
from ledger.encoding.trie import Nodes, look_up


class ProvenState:
    """The state of a block, as far as the nodes of a proof show it."""

    def __init__(self, root: bytes, nodes: Nodes) -> None:
        self._root = root
        self._nodes = nodes

    def account(self, contract: PinnedContract) -> tuple[bytes, bytes]:
        """Storage root and code hash of a contract's account (yellow paper, 4.1).

        Raises ValueError if the nodes don't show it.
        """
        account = look_up(self._root, addresses.to_bytes(contract.address), self._nodes)
        if account is None:
            raise ValueError("there is no such account")
        _nonce, _balance, storage_root, code_hash = decode_list(account)
        return storage_root, code_hash

    def slot(self, storage_root: bytes, storage_key: bytes) -> int:
        """What a storage slot holds, 0 if nothing. Raises ValueError if the nodes don't show it."""
        value = look_up(storage_root, storage_key, self._nodes)
        return 0 if value is None else decode_number(decode_string(value))
