// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @notice The state of one person's consent for one (provider, consumer, category, purpose), in one slot. Bits from 0
/// upward:
///
/// | field        | bits     | meaning                                                      |
/// |--------------|----------|--------------------------------------------------------------|
/// | version      | 0..3     | 1; 0 in a slot never written                                 |
/// | status       | 4..7     | `ConsentStatus`                                              |
/// | grantor      | 8..11    | `Grantor` of the latest decision                             |
/// | selfDecided  | 12       | the person has decided this themselves at least once         |
/// | revision     | 64..95   | how often this consent was recorded                          |
/// | validFrom    | 96..127  | unix seconds, included                                       |
/// | validUntil   | 128..159 | unix seconds, excluded                                       |
/// | recordedAt   | 160..191 | time of the block of the latest revision; 0 in a signed word |
/// | organisation | 192..211 | the organisation that recorded the latest decision           |
///
/// Bits 13..63 and 212..255 are zero.
type ConsentWord is uint256;

using ConsentWordLibrary for ConsentWord global;

library ConsentWordLibrary {
    uint256 internal constant VERSION_1 = 1;

    uint256 internal constant VERSION = 0xF;
    uint256 internal constant STATUS = 0xF << 4;
    uint256 internal constant GRANTOR = 0xF << 8;
    uint256 internal constant SELF_DECIDED = 1 << 12;
    uint256 internal constant REVISION = 0xFFFFFFFF << 64;
    uint256 internal constant VALID_FROM = 0xFFFFFFFF << 96;
    uint256 internal constant VALID_UNTIL = 0xFFFFFFFF << 128;
    uint256 internal constant RECORDED_AT = 0xFFFFFFFF << 160;
    uint256 internal constant ORGANISATION = 0xFFFFF << 192;

    uint256 internal constant RESERVED = (((1 << 51) - 1) << 13) | (((1 << 44) - 1) << 212);

    function raw(ConsentWord self) internal pure returns (uint256) {
        return ConsentWord.unwrap(self);
    }

    /// @notice Whether the word is of version 1 and its reserved bits are zero.
    function isWellFormed(ConsentWord self) internal pure returns (bool) {
        return self.raw() & (RESERVED | VERSION) == VERSION_1;
    }

    /// @notice Whether it is well-formed and leaves recordedAt to the contract.
    function isSignable(ConsentWord self) internal pure returns (bool) {
        return self.raw() & (RESERVED | VERSION | RECORDED_AT) == VERSION_1;
    }

    /// @notice The word as it is stored: with the time of its block. Of a word whose recordedAt is zero.
    function stamped(ConsentWord self, uint256 blockTime) internal pure returns (ConsentWord) {
        return ConsentWord.wrap(self.raw() | (blockTime << 160));
    }

    function status(ConsentWord self) internal pure returns (uint256) {
        return (self.raw() >> 4) & 0xF;
    }

    function grantor(ConsentWord self) internal pure returns (uint256) {
        return (self.raw() >> 8) & 0xF;
    }

    function selfDecided(ConsentWord self) internal pure returns (bool) {
        return self.raw() & SELF_DECIDED != 0;
    }

    function revision(ConsentWord self) internal pure returns (uint256) {
        return (self.raw() >> 64) & 0xFFFFFFFF;
    }

    function validFrom(ConsentWord self) internal pure returns (uint256) {
        return (self.raw() >> 96) & 0xFFFFFFFF;
    }

    function validUntil(ConsentWord self) internal pure returns (uint256) {
        return (self.raw() >> 128) & 0xFFFFFFFF;
    }

    function recordedAt(ConsentWord self) internal pure returns (uint256) {
        return (self.raw() >> 160) & 0xFFFFFFFF;
    }
}
