// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @notice Every contract here counts its accepted changes and keeps a running head over them, so that a replay of its
/// logs proves that it saw every one, in order.
/// @dev Each change emits exactly one event whose first argument is the count after it.
interface IJournal {
    /// @notice The journal takes nothing: it waits for its import to be complete (1), or is sealed for ever (2).
    error JournalNotOpen(uint256 state);

    /// @notice After each change: the first 26 bytes of keccak256(head ‖ digest), followed by six zero bytes; zero before
    /// the first change.
    /// @dev The digest is what was signed (EIP-712) for records, consents and tree heads; for any other change it is
    /// keccak256(abi.encode(topic 0 of its event, the event's arguments in order without the count)). 26 bytes, so that
    /// head, count and state share a slot, which a single record would else pay 5,000 gas for: 2^104 hashes for a
    /// collision.
    function head() external view returns (bytes32);

    /// @notice Changes accepted so far.
    function count() external view returns (uint64);
}
