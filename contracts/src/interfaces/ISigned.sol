// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @notice What a signature is refused for, in this order.
/// @dev Keys sign, contracts don't: a Safe governs the members but records nothing. Signatures are 65 bytes with s in
/// the lower half, so that one message has one signature per key.
interface ISigned {
    /// @notice The block's time is after the deadline (unix seconds).
    error DeadlinePassed(uint256 deadline, uint256 blockTime);
    // Between these two: ECDSAInvalidSignatureLength, ECDSAInvalidSignatureS, ECDSAInvalidSignature (OpenZeppelin).
    /// @notice No organisation ever registered this address. Another message than the one sent may have been signed.
    error SignerUnknown(address signer);
    /// @notice The block's time is outside the key's validity [validFrom, validUntil).
    error SignerNotActive(address signer, uint256 blockTime, uint256 validFrom, uint256 validUntil);
    /// @notice The key was distrusted; it signs nothing any more, whatever the time since which it is distrusted.
    error SignerDistrusted(address signer, uint256 since);
    /// @notice The key's organisation may not act.
    error OrganisationInactive(uint256 organisation);
}
