"""A network in a folder: made once, then started, stopped, and looked at."""

from __future__ import annotations

import json
import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from ledger.chain.consortium import building, configuration
from ledger.chain.consortium.genesis import EVM_CHAIN_ID, Validator, genesis
from ledger.chain.consortium.members import FIRST_PORT, Member, endpoints
from ledger.chain.consortium.node import Node
from ledger.chain.consortium.node_keys import new_peer_key, new_validator_key
from ledger.encoding.types import Address
from ledger.errors import CannotKnow, Conflict, Misconfigured, NotFound
from ledger.keys import passphrase
from ledger.keys.file_vault import FileVault
from ledger.keys.files import make_private_directory, write_private

VALIDATOR = "validator"
"""The name of a member's key in its own vault."""
_FILE = "network.json"
_FIRST_BLOCK_WITHIN = 60.0

HostOf = Callable[[int], str]
"""The address at which member n's node listens."""


class MemberRecord(BaseModel):
    """A member in the network's description: nothing secret."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    host: str
    account: str
    node_id: str
    validator_key: str
    """ed25519, hex."""


class Description(BaseModel):
    """The file `network.json`, the same for every member."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: int = 1
    chain_id: str
    evm_chain_id: int
    first_port: int
    members: list[MemberRecord]


class Network:
    """Four members' nodes, or as many as there are."""

    def __init__(self, folder: Path, description: Description, program: Path) -> None:
        """`open` and `make` are the ways to get one."""
        self.folder = folder
        self.description = description
        self.nodes = [
            Node(
                Member(
                    number,
                    record.name,
                    folder / f"member-{number}",
                    endpoints(number, host=record.host, first_port=description.first_port),
                ),
                program,
                chain_id=description.chain_id,
            )
            for number, record in enumerate(description.members, 1)
        ]

    @staticmethod
    def exists(folder: Path) -> bool:
        """Whether a network was made in this folder."""
        return (folder / _FILE).exists()

    @classmethod
    def open(cls, folder: Path) -> Self:
        """The network of this folder.

        Raises NotFound `network_missing`; Misconfigured `network_malformed`, and as `building.engine`.
        """
        file = folder / _FILE
        try:
            description = Description.model_validate_json(file.read_bytes())
        except FileNotFoundError:
            raise NotFound("network_missing", path=str(folder)) from None
        except ValidationError as error:
            raise Misconfigured(
                "network_malformed", path=str(file), reason=error.errors()[0]["msg"]
            ) from None
        return cls(folder.absolute(), description, building.engine())

    @classmethod
    def make(
        cls,
        folder: Path,
        names: Sequence[str],
        senders: Sequence[Address],
        *,
        first_port: int = FIRST_PORT,
        host_of: HostOf = lambda _: "127.0.0.1",
    ) -> Self:
        """A new network: keys, genesis and configuration for each member, in a folder of its own.

        Each member's account, which votes and holds its stake, is a key in a vault in that folder. Members
        and `senders` may use the EVM, nobody else. Raises Conflict `network_there` if the folder holds a
        network; Misconfigured as `building.engine`.
        """
        if cls.exists(folder):
            raise Conflict("network_there", path=str(folder))
        program = building.engine()
        chain_id = f"ledger-{secrets.token_hex(4)}"
        make_private_directory(folder)
        records, validators = [], []
        for number, name in enumerate(names, 1):
            config = folder / f"member-{number}" / "config"
            data = config.parent / "data"
            for directory in (config.parent, config, data):
                make_private_directory(directory)
            account = _new_account(config.parent)
            peer, signing = new_peer_key(), new_validator_key()
            write_private(config / "node_key.json", peer.private_file)
            write_private(config / "priv_validator_key.json", signing.private_file)
            write_private(data / "priv_validator_state.json", b'{"height":"0","round":0,"step":0}')
            validators.append(Validator(name, account, signing.public))
            records.append(
                MemberRecord(
                    name=name,
                    host=host_of(number),
                    account=account,
                    node_id=peer.address.hex(),
                    validator_key=signing.public.hex(),
                )
            )
        description = Description(
            chain_id=chain_id, evm_chain_id=EVM_CHAIN_ID, first_port=first_port, members=records
        )
        network = cls(folder.absolute(), description, program)
        document = genesis(
            _default_genesis(program), chain_id=chain_id, validators=validators, senders=senders
        )
        for node in network.nodes:
            network._configure(node.member, document)
        (folder / _FILE).write_text(description.model_dump_json(indent=1) + "\n")
        return network

    def start(self) -> None:
        """Starts every node and waits for a block on each. Raises CannotKnow `network_no_block`."""
        for node in self.nodes:
            node.start()
        deadline = time.monotonic() + _FIRST_BLOCK_WITHIN
        waiting = list(self.nodes)
        while waiting:
            waiting = [node for node in waiting if not node.status().height]
            if waiting and time.monotonic() > deadline:
                raise CannotKnow("network_no_block", member=waiting[0].member.name, log=str(waiting[0].log))
            time.sleep(0.1)

    def stop(self) -> None:
        """Ends every node."""
        for node in self.nodes:
            node.kill()

    def node(self, number: int) -> Node:
        """Member `number`'s. Raises NotFound `member_unknown`."""
        if not 1 <= number <= len(self.nodes):
            raise NotFound("member_unknown", got=number, expected=f"1–{len(self.nodes)}")
        return self.nodes[number - 1]

    def remove(self) -> None:
        """Ends every node and deletes all that the network is."""
        self.stop()
        shutil.rmtree(self.folder)

    def _configure(self, member: Member, document: dict[str, Any]) -> None:
        peers = [
            f"{record.node_id}@{other.member.endpoints.host}:{other.member.endpoints.p2p}"
            for other, record in zip(self.nodes, self.description.members, strict=True)
            if other.member.number != member.number
        ]
        texts = configuration.files(
            name=member.name, chain_id=self.description.chain_id, own=member.endpoints, peers=peers
        )
        texts["genesis.json"] = json.dumps(document)
        for file, text in texts.items():
            (member.folder / "config" / file).write_text(text)


def _new_account(folder: Path) -> Address:
    with FileVault(folder / "vault", passphrase.read_or_make(folder / "vault-passphrase")) as vault:
        return vault.create_signing_key(VALIDATOR)


def _default_genesis(program: Path) -> dict[str, Any]:
    """The engine's own: it knows each of its modules' parameters, so only what differs is ours to say."""
    with tempfile.TemporaryDirectory() as home:
        subprocess.run(
            [program, "init", "default", "--chain-id", "default-1", "--home", home],
            env={"HOME": home},
            check=True,
            capture_output=True,
        )
        document: dict[str, Any] = json.loads((Path(home) / "config/genesis.json").read_bytes())
        return document
