// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @notice The state of one subject in one programme, in one slot. Bits from 0 upward:
///
/// | field         | bits     | meaning                                                             |
/// |---------------|----------|---------------------------------------------------------------------|
/// | version       | 0..3     | 1; 0 in a slot never written                                        |
/// | status        | 4..7     | `Status`                                                            |
/// | death         | 8..9     | `Death`                                                             |
/// | seniorSeen    | 10       | a senior certification stands behind this state                     |
/// | seamlessRun   | 11..15   | seamless renewals since the person was last seen                    |
/// | scheme        | 16..23   | `Scheme` of the latest certification                                |
/// | method        | 24..31   | `Method` of the latest certification                                |
/// | authorisation | 32..33   | `Authorisation`                                                     |
/// | revision      | 64..95   | how often this state was recorded                                   |
/// | validFrom     | 96..127  | unix seconds, included                                              |
/// | validUntil    | 128..159 | unix seconds, excluded                                              |
/// | recordedAt    | 160..191 | time of the block of the latest revision; 0 in a signed word        |
/// | organisation  | 192..211 | the organisation responsible: first senior certifier or by handover |
/// | deathReporter | 212..231 | the organisation that reported the death                            |
/// | authoriser    | 232..251 | the organisation that recorded the authorisation                    |
///
/// Bits 34..63 and 252..255 are zero.
type CertificationWord is uint256;

using CertificationWordLibrary for CertificationWord global;

library CertificationWordLibrary {
    uint256 internal constant VERSION_1 = 1;

    uint256 internal constant VERSION = 0xF;
    uint256 internal constant STATUS = 0xF << 4;
    uint256 internal constant DEATH = 0x3 << 8;
    uint256 internal constant SENIOR_SEEN = 1 << 10;
    uint256 internal constant SEAMLESS_RUN = 0x1F << 11;
    uint256 internal constant SCHEME = 0xFF << 16;
    uint256 internal constant METHOD = 0xFF << 24;
    uint256 internal constant AUTHORISATION = 0x3 << 32;
    uint256 internal constant REVISION = 0xFFFFFFFF << 64;
    uint256 internal constant VALID_FROM = 0xFFFFFFFF << 96;
    uint256 internal constant VALID_UNTIL = 0xFFFFFFFF << 128;
    uint256 internal constant RECORDED_AT = 0xFFFFFFFF << 160;
    uint256 internal constant ORGANISATION = 0xFFFFF << 192;
    uint256 internal constant DEATH_REPORTER = 0xFFFFF << 212;
    uint256 internal constant AUTHORISER = 0xFFFFF << 232;

    uint256 internal constant RESERVED = (0x3FFFFFFF << 34) | (0xF << 252);

    function raw(CertificationWord self) internal pure returns (uint256) {
        return CertificationWord.unwrap(self);
    }

    /// @notice Whether the word is of version 1 and its reserved bits are zero.
    function isWellFormed(CertificationWord self) internal pure returns (bool) {
        return self.raw() & (RESERVED | VERSION) == VERSION_1;
    }

    /// @notice Whether it is well-formed and leaves recordedAt to the contract.
    function isSignable(CertificationWord self) internal pure returns (bool) {
        return self.raw() & (RESERVED | VERSION | RECORDED_AT) == VERSION_1;
    }

    /// @notice The word as it is stored: with the time of its block. Of a word whose recordedAt is zero.
    function stamped(CertificationWord self, uint256 blockTime) internal pure returns (CertificationWord) {
        return CertificationWord.wrap(self.raw() | (blockTime << 160));
    }

    function status(CertificationWord self) internal pure returns (uint256) {
        return (self.raw() >> 4) & 0xF;
    }

    function death(CertificationWord self) internal pure returns (uint256) {
        return (self.raw() >> 8) & 0x3;
    }

    function seniorSeen(CertificationWord self) internal pure returns (bool) {
        return self.raw() & SENIOR_SEEN != 0;
    }

    function seamlessRun(CertificationWord self) internal pure returns (uint256) {
        return (self.raw() >> 11) & 0x1F;
    }

    function method(CertificationWord self) internal pure returns (uint256) {
        return (self.raw() >> 24) & 0xFF;
    }

    function authorisation(CertificationWord self) internal pure returns (uint256) {
        return (self.raw() >> 32) & 0x3;
    }

    function revision(CertificationWord self) internal pure returns (uint256) {
        return (self.raw() >> 64) & 0xFFFFFFFF;
    }

    function validFrom(CertificationWord self) internal pure returns (uint256) {
        return (self.raw() >> 96) & 0xFFFFFFFF;
    }

    function validUntil(CertificationWord self) internal pure returns (uint256) {
        return (self.raw() >> 128) & 0xFFFFFFFF;
    }

    function recordedAt(CertificationWord self) internal pure returns (uint256) {
        return (self.raw() >> 160) & 0xFFFFFFFF;
    }

    function organisation(CertificationWord self) internal pure returns (uint256) {
        return (self.raw() >> 192) & 0xFFFFF;
    }

    function deathReporter(CertificationWord self) internal pure returns (uint256) {
        return (self.raw() >> 212) & 0xFFFFF;
    }
}
