// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @notice A signing key. Bits from 0 upward: organisation 0..19, validFrom 32..63 (unix seconds, included), validUntil
/// 64..95 (excluded), distrustedSince 96..127 (unix seconds, 0 for never), and a copy of its organisation's roles 128..143
/// and active 144, so that one slot says all of what a signature is worth. Zero for an address never registered.
type SignerWord is uint256;

using SignerWordLibrary for SignerWord global;

library SignerWordLibrary {
    uint256 internal constant VALID_UNTIL = 0xFFFFFFFF << 64;
    uint256 internal constant DISTRUSTED_SINCE = 0xFFFFFFFF << 96;
    uint256 internal constant ROLES = 0xFFFF << 128;
    uint256 internal constant ACTIVE = 1 << 144;

    function pack(uint256 organisation_, uint256 validFrom_, uint256 validUntil_) internal pure returns (SignerWord) {
        return SignerWord.wrap(organisation_ | (validFrom_ << 32) | (validUntil_ << 64));
    }

    function raw(SignerWord self) internal pure returns (uint256) {
        return SignerWord.unwrap(self);
    }

    function withValidUntil(SignerWord self, uint256 validUntil_) internal pure returns (SignerWord) {
        return SignerWord.wrap((self.raw() & ~VALID_UNTIL) | (validUntil_ << 64));
    }

    function withDistrustedSince(SignerWord self, uint256 since) internal pure returns (SignerWord) {
        return SignerWord.wrap((self.raw() & ~DISTRUSTED_SINCE) | (since << 96));
    }

    function withAuthority(SignerWord self, uint256 roles_, bool active) internal pure returns (SignerWord) {
        return SignerWord.wrap((self.raw() & ~(ROLES | ACTIVE)) | (roles_ << 128) | (active ? ACTIVE : 0));
    }

    function exists(SignerWord self) internal pure returns (bool) {
        return self.raw() != 0;
    }

    function organisation(SignerWord self) internal pure returns (uint256) {
        return self.raw() & 0xFFFFF;
    }

    function validFrom(SignerWord self) internal pure returns (uint256) {
        return (self.raw() >> 32) & 0xFFFFFFFF;
    }

    function validUntil(SignerWord self) internal pure returns (uint256) {
        return (self.raw() >> 64) & 0xFFFFFFFF;
    }

    function distrustedSince(SignerWord self) internal pure returns (uint256) {
        return (self.raw() >> 96) & 0xFFFFFFFF;
    }

    function roles(SignerWord self) internal pure returns (uint256) {
        return (self.raw() >> 128) & 0xFFFF;
    }

    function isActive(SignerWord self) internal pure returns (bool) {
        return self.raw() & ACTIVE != 0;
    }
}
