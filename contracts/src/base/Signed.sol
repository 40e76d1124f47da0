// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { EIP712 } from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import { ECDSA } from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

import { IMembers } from "../interfaces/IMembers.sol";
import { ISigned } from "../interfaces/ISigned.sol";
import { SignerWord } from "../types/SignerWord.sol";

/// @notice Who signed, for whom, and whether they may: the domain (name, version "1", chain, address) keeps a signature
/// to one contract, whose address is salted with its deployment's id.
abstract contract Signed is ISigned, EIP712 {
    IMembers public immutable MEMBERS;

    constructor(string memory name, IMembers members) EIP712(name, "1") {
        MEMBERS = members;
    }

    function _requireBefore(uint256 deadline) internal view {
        if (block.timestamp > deadline) revert DeadlinePassed(deadline, block.timestamp);
    }

    /// @notice Who signed the digest, and what they may do. Reverts unless they may sign now.
    function _authorise(bytes32 digest_, bytes calldata signature)
        internal
        view
        returns (address signer, SignerWord key)
    {
        signer = ECDSA.recoverCalldata(digest_, signature);
        key = SignerWord.wrap(MEMBERS.signer(signer));
        if (!key.exists()) revert SignerUnknown(signer);
        if (block.timestamp < key.validFrom() || key.validUntil() <= block.timestamp) {
            revert SignerNotActive(signer, block.timestamp, key.validFrom(), key.validUntil());
        }
        if (key.distrustedSince() != 0) revert SignerDistrusted(signer, key.distrustedSince());
        if (!key.isActive()) revert OrganisationInactive(key.organisation());
    }
}
