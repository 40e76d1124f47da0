"""A node's configuration: what differs from the engine's defaults, and why."""

from __future__ import annotations

from collections.abc import Sequence

from ledger.chain.consortium.genesis import DENOMINATION, EVM_CHAIN_ID
from ledger.chain.consortium.members import Endpoints

_CONFIG = """\
# CometBFT. What is not here has the engine's default.
moniker = "{name}"

[rpc]
laddr = "tcp://{host}:{comet}"
pprof_laddr = ""

[p2p]
laddr = "tcp://{host}:{p2p}"
persistent_peers = "{peers}"
# Members know each other from the start, and nobody else may join by asking around.
pex = false
# Addresses of one machine, or of a private network, are as good as others.
addr_book_strict = false
allow_duplicate_ip = true
# After a partition, writing goes on as soon as peers have found each other again.
persistent_peers_max_dial_period = "2s"

[mempool]
size = 20000

[consensus]
timeout_commit = "1s"
timeout_propose = "1s"
timeout_prevote = "500ms"
timeout_precommit = "500ms"
"""

_APP = """\
# The application. What is not here has the engine's default.
minimum-gas-prices = "0{denomination}"
# Every state is kept, so that any block of the past can still be proved.
pruning = "nothing"

[api]
enable = false

[grpc]
enable = true
address = "127.0.0.1:{grpc}"

[grpc-web]
enable = false

[evm]
evm-chain-id = {evm_chain_id}

[json-rpc]
enable = true
address = "{host}:{json_rpc}"
ws-address = "{host}:{websocket}"
api = "eth,net,web3,txpool"
enable-indexer = true
"""

_CLIENT = """\
chain-id = "{chain_id}"
keyring-backend = "test"
node = "tcp://{host}:{comet}"
"""


def files(*, name: str, chain_id: str, own: Endpoints, peers: Sequence[str]) -> dict[str, str]:
    """The texts of `config/`'s files by name. `peers` are `node id@host:port` of all other members."""
    values = {
        "name": name,
        "chain_id": chain_id,
        "peers": ",".join(peers),
        "denomination": DENOMINATION,
        "evm_chain_id": EVM_CHAIN_ID,
        "host": own.host,
        "p2p": own.p2p,
        "comet": own.comet,
        "json_rpc": own.json_rpc,
        "websocket": own.websocket,
        "grpc": own.grpc,
    }
    texts = {"config.toml": _CONFIG, "app.toml": _APP, "client.toml": _CLIENT}
    return {file: text.format(**values) for file, text in texts.items()}
