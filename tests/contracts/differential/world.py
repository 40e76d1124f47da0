"""Where a differential run takes place: the real contracts on a chain, and their state as Python folds it.

The recording contracts are successors with words to import, so that states that no records reach (nobody
ever seen, the last revision there is, codes without a meaning) are there to be changed as well.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from eth_abi.abi import encode

from ledger.chain import artifacts
from ledger.chain.abi import constructor_inputs
from ledger.chain.blocks import Block
from ledger.chain.logs import events_of_block
from ledger.domain.codes import Role
from ledger.domain.events import Contract, Event
from ledger.domain.state import LedgerState
from ledger.encoding.eip712 import Domain
from ledger.encoding.types import Address
from tests.contracts.differential import imports
from tests.contracts.differential.clock import CHAIN_ID, ClockedChain, Key

START = 1_750_000_000
"""Unix time of the first block. Well before 2**32, and a run takes a few years of it."""
DAY = 86_400
END_OF_TIME = (1 << 32) - 1

ALL_ROLES = int(Role.CERTIFIER | Role.REVIEWER | Role.REPORTER | Role.ENGINE | Role.RECORDER | Role.AUDITOR)
COUNTY, SUBDISTRICT, OTHER_SUBDISTRICT, COMMUNITY, NEIGHBOUR, FARTHER, HOSPITAL, POLICE, ENGINE, ALL = range(
    1, 11
)
GROUP, TEAM = 11, 12
PROVINCE = 20
WANDERER, MAYBE, IDLE = 21, 22, 23
CLOSED, CLERK = 24, 25
LAST = (1 << 20) - 1
ORGANISATIONS: dict[int, tuple[int, int]] = {
    COUNTY: (0, Role.REVIEWER | Role.RECORDER | Role.CERTIFIER),
    SUBDISTRICT: (COUNTY, Role.CERTIFIER | Role.REVIEWER),
    OTHER_SUBDISTRICT: (COUNTY, Role.CERTIFIER | Role.REVIEWER | Role.RECORDER),
    COMMUNITY: (SUBDISTRICT, Role.CERTIFIER | Role.REPORTER | Role.RECORDER),
    NEIGHBOUR: (SUBDISTRICT, Role.CERTIFIER | Role.REPORTER | Role.RECORDER),
    FARTHER: (OTHER_SUBDISTRICT, Role.CERTIFIER | Role.RECORDER),
    HOSPITAL: (0, Role.REPORTER | Role.REVIEWER),
    POLICE: (0, Role.REPORTER),
    ENGINE: (0, Role.ENGINE),
    ALL: (0, ALL_ROLES),
    GROUP: (COMMUNITY, Role.CERTIFIER),
    TEAM: (GROUP, Role.CERTIFIER | Role.REVIEWER),
    PROVINCE: (0, ALL_ROLES),
    WANDERER: (0, Role.CERTIFIER | Role.REVIEWER | Role.RECORDER),
    MAYBE: (SUBDISTRICT, ALL_ROLES),
    IDLE: (COUNTY, ALL_ROLES),
    CLOSED: (SUBDISTRICT, ALL_ROLES),
    CLERK: (SUBDISTRICT, Role.RECORDER),
    LAST: (COUNTY, 0xFFFF),
}
"""Parent and roles by id. COUNTY comes under PROVINCE, CLOSED never acts, CHANGING change all the time."""
CHANGING = (WANDERER, MAYBE, IDLE)

PROGRAMMES: dict[int, tuple[bool, int, int, int]] = {
    1: (True, 2, 400 * DAY, 200 * DAY),
    2: (True, 31, END_OF_TIME, END_OF_TIME),
    3: (False, 3, 400 * DAY, 200 * DAY),
    65_535: (True, 0, 30 * DAY, 0),
}
"""Active, seamless limit, longest senior and seamless validity by programme."""
UNSET_PROGRAMME = 9


@dataclass
class World:
    """Chain, contracts, keys, the reducer's state. `governor` owns the contracts, `relayer` sends batches."""

    random: Random
    chain: ClockedChain
    contracts: dict[Contract, Address]
    state: LedgerState
    governor: Address
    relayer: Address
    keys: list[Key] = field(default_factory=list)
    """Every key that signs, registered or not."""
    time: int = START
    habits: dict[tuple[int, ...], list[int]] = field(default_factory=dict)
    """The last words that were accepted, by what the reducer's short cut goes by."""

    def events(self, block: Block) -> list[Event]:
        return events_of_block(self.chain.rpc, self.contracts, block)

    def new_key(self) -> Key:
        """A key that nobody has registered yet."""
        key = Key.draw(self.random)
        self.keys.append(key)
        return key


def build(directory: Path, random: Random) -> World:
    """A world whose contracts are placed and nothing else; its chain is the caller's to stop."""
    chain = ClockedChain(directory, START)
    governor, relayer = (chain.enlist(Key.draw(random)) for _ in range(2))
    contracts: dict[Contract, Address] = {}
    time = START

    def place(contract: Contract, *arguments: object) -> None:
        nonlocal time
        artifact = artifacts.load(contract)
        code = artifact.creation_code + encode(constructor_inputs(contract), arguments)
        sent = chain.send(governor, None, code)
        time += 1
        blocks.append(chain.mine(time))
        contracts[contract] = chain.created_by(sent)

    blocks: list[Block] = []
    place(Contract.MEMBERS, governor)
    members = contracts[Contract.MEMBERS]
    place(Contract.POLICIES, members)
    policies = contracts[Contract.POLICIES]
    certifications, consents = imports.certifications(), imports.consents()
    predecessor = governor  # only that it is not zero matters
    place(
        Contract.CERTIFICATIONS,
        members,
        policies,
        predecessor,
        certifications.root,
        len(certifications.words),
    )
    place(Contract.CONSENTS, members, predecessor, consents.root, len(consents.words))
    place(Contract.ANCHORS, members)
    state = LedgerState(
        {contract: Domain(contract.value, CHAIN_ID, at) for contract, at in contracts.items()}
    )
    state.journals[Contract.CERTIFICATIONS].awaited = len(certifications.words)
    state.journals[Contract.CONSENTS].awaited = len(consents.words)
    return World(random, chain, contracts, state, governor, relayer, time=time)
