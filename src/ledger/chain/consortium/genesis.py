"""The network's first state: members' validators, no fees, no inflation, and who may use the EVM."""

from __future__ import annotations

import base64
import copy
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bech32 import bech32_encode, convertbits

from ledger.encoding.types import Address

DENOMINATION = "atest"
"""Compiled into the engine, with its EVM chain id."""
EVM_CHAIN_ID = 262_144
STAKE = 10**21
"""Each member's, in 10⁻¹⁸: equal power, so more than two thirds of the members decide."""
RESERVE = 100 * STAKE
"""What members may vote to somebody who joins. Nothing else makes stake, and none can be sent."""
_GAS_PER_BLOCK = 100_000_000
_READER = "0x" + "0" * 40
"""Whom a node takes an `eth_call` to come from when nobody is named: reading is not restricted, and nobody
has this address's key, so it sends nothing."""
_VOTING_PERIOD = "60s"
_NEVER_JAILED = {"signed_blocks_window": "10000", "min_signed_per_window": "0.000000000000000001"}


@dataclass(frozen=True, slots=True)
class Validator:
    """A member's part of the genesis. `account` votes and holds the stake; `public_key` signs blocks."""

    name: str
    account: Address
    public_key: bytes


def genesis(
    default: Mapping[str, Any], *, chain_id: str, validators: Sequence[Validator], senders: Sequence[Address]
) -> dict[str, Any]:
    """The genesis document, made from the engine's `default`.

    Only `senders` and the validators' accounts may deploy or call a contract.
    """
    document = copy.deepcopy(dict(default))
    document["chain_id"] = chain_id
    document["consensus"]["params"]["block"]["max_gas"] = str(_GAS_PER_BLOCK)
    state = document["app_state"]
    members = [validator.account for validator in validators]
    _set_money(state)
    _set_governance(state, len(validators))
    _set_accounts(state, [*members, *senders], len(validators))
    _set_validators(state, validators)
    allowed = [_READER, *dict.fromkeys([*members, *senders])]
    for kind, addresses in (("create", allowed[1:]), ("call", allowed)):
        state["evm"]["params"]["access_control"][kind] = {
            "access_type": "ACCESS_TYPE_PERMISSIONED",
            "access_control_list": addresses,
        }
    return document


def cosmos_address(account: Address | bytes, prefix: str = "cosmos") -> str:
    """The account's name in Cosmos (BIP 173's bech32)."""
    raw = bytes.fromhex(account[2:]) if isinstance(account, str) else account
    # Without leftover bits, as 160 divide by 5, there always is an answer.
    return bech32_encode(prefix, convertbits(raw, 8, 5) or [])


def module_account(name: str) -> str:
    """The account of one of the engine's modules, such as `gov`."""
    return cosmos_address(hashlib.sha256(name.encode()).digest()[:20])


def _set_money(state: dict[str, Any]) -> None:
    state["evm"]["params"]["evm_denom"] = DENOMINATION
    state["feemarket"]["params"].update(no_base_fee=True, base_fee="0.0", min_gas_price="0.0")
    state["mint"]["params"].update(
        mint_denom=DENOMINATION, inflation_max="0.0", inflation_min="0.0", inflation_rate_change="0.0"
    )
    state["mint"]["minter"]["inflation"] = "0.0"
    state["bank"]["params"]["default_send_enabled"] = False
    state["bank"]["denom_metadata"] = [
        {
            "description": "Voting power; it buys nothing.",
            "denom_units": [
                {"denom": DENOMINATION, "exponent": 0, "aliases": []},
                {"denom": DENOMINATION.removeprefix("a"), "exponent": 18, "aliases": []},
            ],
            "base": DENOMINATION,
            "display": DENOMINATION.removeprefix("a"),
            "name": "Voting power",
            "symbol": "POWER",
            "uri": "",
            "uri_hash": "",
        }
    ]


def _set_governance(state: dict[str, Any], members: int) -> None:
    state["staking"]["params"].update(bond_denom=DENOMINATION, max_validators=max(members, 100))
    # A node that was down comes back by itself: only members' votes remove one.
    state["slashing"]["params"].update(
        _NEVER_JAILED, slash_fraction_downtime="0.0", slash_fraction_double_sign="0.0"
    )
    parameters = state["gov"]["params"]
    parameters.update(
        min_deposit=[{"denom": DENOMINATION, "amount": "1"}],
        expedited_min_deposit=[{"denom": DENOMINATION, "amount": "2"}],
        voting_period=_VOTING_PERIOD,
        expedited_voting_period="30s",
        max_deposit_period=_VOTING_PERIOD,
        # More than two thirds of all members, as for a block.
        quorum="0.667",
        threshold="0.667",
        expedited_threshold="0.700",
        burn_vote_quorum=False,
        burn_vote_veto=False,
    )


def _set_accounts(state: dict[str, Any], accounts: Sequence[Address], members: int) -> None:
    holdings = dict.fromkeys((cosmos_address(account) for account in accounts), 10**6)
    # Where validators' stake waits until the first block bonds it.
    holdings[module_account("not_bonded_tokens_pool")] = STAKE * members
    holdings[module_account("distribution")] = RESERVE
    state["auth"]["accounts"] += [
        {
            "@type": "/cosmos.auth.v1beta1.BaseAccount",
            "address": cosmos_address(account),
            "pub_key": None,
            "account_number": "0",
            "sequence": "0",
        }
        for account in dict.fromkeys(accounts)
    ]
    state["bank"]["balances"] = [
        {"address": address, "coins": [_coin(amount)]} for address, amount in sorted(holdings.items())
    ]
    state["bank"]["supply"] = [_coin(sum(holdings.values()))]
    state["distribution"]["fee_pool"]["community_pool"] = [_coin(RESERVE, ".000000000000000000")]


def _set_validators(state: dict[str, Any], validators: Sequence[Validator]) -> None:
    staking = state["staking"]
    for validator in validators:
        operator = cosmos_address(validator.account, "cosmosvaloper")
        staking["validators"].append(
            {
                "operator_address": operator,
                "consensus_pubkey": {
                    "@type": "/cosmos.crypto.ed25519.PubKey",
                    "key": base64.b64encode(validator.public_key).decode(),
                },
                "jailed": False,
                "status": "BOND_STATUS_UNBONDED",
                "tokens": str(STAKE),
                "delegator_shares": f"{STAKE}.000000000000000000",
                "description": {
                    "moniker": validator.name,
                    "identity": "",
                    "website": "",
                    "security_contact": "",
                    "details": "",
                },
                "unbonding_height": "0",
                "unbonding_time": "1970-01-01T00:00:00Z",
                "commission": {
                    "commission_rates": {"rate": "0.0", "max_rate": "0.0", "max_change_rate": "0.0"},
                    "update_time": "1970-01-01T00:00:00Z",
                },
                "min_self_delegation": "1",
                "unbonding_on_hold_ref_count": "0",
                "unbonding_ids": [],
            }
        )
        staking["delegations"].append(
            {
                "delegator_address": cosmos_address(validator.account),
                "validator_address": operator,
                "shares": f"{STAKE}.000000000000000000",
            }
        )


def _coin(amount: int, fraction: str = "") -> dict[str, str]:
    return {"denom": DENOMINATION, "amount": f"{amount}{fraction}"}
