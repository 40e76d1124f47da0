// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { IEntries } from "../interfaces/IEntries.sol";
import { Entries } from "./Entries.sol";

/// @notice Tries a batch in a call of the contract to itself, so that its failure is its own.
library Attempts {
    /// @dev More than a batch of one entry and each entry more need, the dearest being a handover between organisations
    /// four levels down, and a first record. Tests measure both.
    uint256 internal constant GAS_PER_BATCH = 100_000;
    uint256 internal constant GAS_PER_ENTRY = 30_000;
    /// @dev What is left when a batch used up its gas: enough to report it.
    uint256 internal constant GAS_TO_REPORT = 60_000;
    uint256 internal constant LONGEST_REASON = 512;

    /// @notice Calls the contract itself with `data`, which records a batch of `length` bytes of entries.
    /// @return succeeded Whether it did not revert.
    /// @return reason The first 512 bytes of the revert data: a refused batch does not decide what its report costs.
    function attempt(uint256 index, uint256 length, bytes memory data)
        internal
        returns (bool succeeded, bytes memory reason)
    {
        // slither-disable-next-line divide-before-multiply (a part of an entry is no entry)
        uint256 allowance = GAS_PER_BATCH + GAS_PER_ENTRY * (length / Entries.SIZE);
        // A call passes on at most 63/64 of the gas (EIP-150), silently: too little would refuse a good batch.
        uint256 needed = allowance + allowance / 63 + GAS_TO_REPORT;
        if (gasleft() < needed) revert IEntries.GasTooLow(index, gasleft(), needed);
        uint256 longest = LONGEST_REASON;
        assembly ("memory-safe") {
            succeeded := call(allowance, address(), 0, add(data, 32), mload(data), 0, 0)
            reason := mload(0x40)
            if succeeded { longest := 0 }
            let size := returndatasize()
            if gt(size, longest) { size := longest }
            mstore(reason, size)
            returndatacopy(add(reason, 32), 0, size)
            mstore(0x40, add(reason, and(add(size, 63), not(31))))
        }
    }
}
