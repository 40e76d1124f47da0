// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { Hashes } from "@openzeppelin/contracts/utils/cryptography/Hashes.sol";

/// @notice Where a journal stands, in one slot, because every record pays for it. Bits from 0 upward: state 0..7, count
/// 8..47, head 48..255 (its first 26 bytes; the rest of it is zero).
type JournalWord is uint256;

using JournalWordLibrary for JournalWord global;

library JournalWordLibrary {
    uint256 internal constant OPEN = 0;
    /// @notice Takes nothing but its predecessor's words.
    uint256 internal constant IMPORTING = 1;
    /// @notice Takes nothing ever again.
    uint256 internal constant SEALED = 2;

    uint256 private constant HEAD = type(uint256).max << 48;

    function raw(JournalWord self) internal pure returns (uint256) {
        return JournalWord.unwrap(self);
    }

    function head(JournalWord self) internal pure returns (bytes32) {
        return bytes32(self.raw() & HEAD);
    }

    function count(JournalWord self) internal pure returns (uint64) {
        return uint40(self.raw() >> 8);
    }

    function state(JournalWord self) internal pure returns (uint256) {
        return self.raw() & 0xFF;
    }

    /// @notice After a change with this digest, in this state. A trillion changes do not come.
    function advanced(JournalWord self, bytes32 digest, uint256 state_) internal pure returns (JournalWord) {
        uint256 hash = uint256(Hashes.efficientKeccak256(self.head(), digest));
        return JournalWord.wrap((hash & HEAD) | ((uint256(self.count()) + 1) << 8) | state_);
    }
}
