// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @notice An organisation. Bits from 0 upward: parent 0..19 (0 for none), roles 20..35 (`Role`), active 36, admin
/// 96..255 (the address that may change its keys). Zero for an id never added: an admin is never the zero address.
type OrganisationWord is uint256;

using OrganisationWordLibrary for OrganisationWord global;

library OrganisationWordLibrary {
    uint256 internal constant ACTIVE = 1 << 36;

    function pack(uint256 parent_, uint256 roles_, bool active, address admin_)
        internal
        pure
        returns (OrganisationWord)
    {
        return OrganisationWord.wrap(
            parent_ | (roles_ << 20) | (active ? ACTIVE : 0) | (uint256(uint160(admin_)) << 96)
        );
    }

    function raw(OrganisationWord self) internal pure returns (uint256) {
        return OrganisationWord.unwrap(self);
    }

    function exists(OrganisationWord self) internal pure returns (bool) {
        return self.raw() != 0;
    }

    function parent(OrganisationWord self) internal pure returns (uint256) {
        return self.raw() & 0xFFFFF;
    }

    function roles(OrganisationWord self) internal pure returns (uint256) {
        return (self.raw() >> 20) & 0xFFFF;
    }

    function isActive(OrganisationWord self) internal pure returns (bool) {
        return self.raw() & ACTIVE != 0;
    }

    function admin(OrganisationWord self) internal pure returns (address) {
        return address(uint160(self.raw() >> 96));
    }
}
