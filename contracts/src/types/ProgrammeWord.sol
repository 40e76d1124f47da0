// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @notice A programme's limits. Bits from 0 upward: active 0, seamlessLimit 1..5 (seamless renewals that may follow each
/// other), version 32..63 (from 1), longestSenior 64..95 and longestSeamless 96..127 (seconds). Zero for a programme
/// never set.
type ProgrammeWord is uint256;

using ProgrammeWordLibrary for ProgrammeWord global;

library ProgrammeWordLibrary {
    uint256 internal constant ACTIVE = 1;
    uint256 internal constant MAX_SEAMLESS_LIMIT = 0x1F;

    function pack(
        bool active,
        uint256 seamlessLimit_,
        uint256 version_,
        uint256 longestSenior_,
        uint256 longestSeamless_
    ) internal pure returns (ProgrammeWord) {
        return ProgrammeWord.wrap(
            (active ? ACTIVE : 0) | (seamlessLimit_ << 1) | (version_ << 32) | (longestSenior_ << 64)
                | (longestSeamless_ << 96)
        );
    }

    function raw(ProgrammeWord self) internal pure returns (uint256) {
        return ProgrammeWord.unwrap(self);
    }

    function exists(ProgrammeWord self) internal pure returns (bool) {
        return self.raw() != 0;
    }

    function isActive(ProgrammeWord self) internal pure returns (bool) {
        return self.raw() & ACTIVE != 0;
    }

    function seamlessLimit(ProgrammeWord self) internal pure returns (uint256) {
        return (self.raw() >> 1) & MAX_SEAMLESS_LIMIT;
    }

    function version(ProgrammeWord self) internal pure returns (uint256) {
        return (self.raw() >> 32) & 0xFFFFFFFF;
    }

    function longestSenior(ProgrammeWord self) internal pure returns (uint256) {
        return (self.raw() >> 64) & 0xFFFFFFFF;
    }

    function longestSeamless(ProgrammeWord self) internal pure returns (uint256) {
        return (self.raw() >> 96) & 0xFFFFFFFF;
    }
}
