// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { IEntries } from "../interfaces/IEntries.sol";

/// @notice Packed entries: tag (32) ‖ word (32, big-endian) ‖ recordHash (32). Packed, because the ABI's array of structs
/// costs as much again to read and to hash; recordHash is not read here, it is signed and logged.
library Entries {
    uint256 internal constant SIZE = 96;
    uint256 internal constant MOST = 1000;

    /// @notice Reverts unless there are 1 to 1000 whole entries.
    function requireWhole(bytes calldata entries) internal pure {
        uint256 n = count(entries);
        if (entries.length % SIZE != 0 || n == 0 || n > MOST) revert IEntries.EntriesMalformed(entries.length);
    }

    /// @notice How many whole entries there are.
    function count(bytes calldata entries) internal pure returns (uint256) {
        return entries.length / SIZE;
    }

    /// @notice keccak256 of them, by way of memory that is free again afterwards.
    function hash(bytes calldata entries) internal pure returns (bytes32 digest) {
        assembly ("memory-safe") {
            let start := mload(0x40)
            calldatacopy(start, entries.offset, entries.length)
            digest := keccak256(start, entries.length)
        }
    }

    /// @notice An entry's tag and word. `index` is below `count`: bounds are not checked again.
    function read(bytes calldata entries, uint256 index) internal pure returns (bytes32 tag, uint256 word) {
        assembly ("memory-safe") {
            let start := add(entries.offset, mul(index, SIZE))
            tag := calldataload(start)
            word := calldataload(add(start, 32))
        }
    }
}
