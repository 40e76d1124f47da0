// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @notice What a signed batch of entries is refused for. An entry is 96 bytes: tag (32) ‖ word (32, big-endian) ‖
/// recordHash (32); a batch holds 1 to 1000 of them and is recorded whole or not at all.
/// @dev `index` counts the batch's entries from 0.
interface IEntries {
    /// @notice The entries' length is not 1 to 1000 times 96 bytes.
    error EntriesMalformed(uint256 length);

    /// @notice A reserved bit of the word is set, or its version is not 1.
    error WordMalformed(uint256 index, bytes32 tag, uint256 word);
    /// @notice The contract writes recordedAt; a signed word leaves it zero.
    error RecordedAtNotZero(uint256 index, bytes32 tag, uint256 got);
    /// @notice The revision is not one more than the recorded one: the entry is stale, a repetition, or too early.
    error RevisionNotNext(uint256 index, bytes32 tag, uint256 got, uint256 expected);
    /// @notice The word differs from what this change makes of the recorded one.
    error WordNotExpected(uint256 index, bytes32 tag, uint256 got, uint256 expected);
    /// @notice The signer's organisation has none of the roles `needed` (bits).
    error RoleMissing(uint256 index, bytes32 tag, uint256 organisation, uint256 roles, uint256 needed);
    /// @notice The table of transitions has none between these codes.
    error TransitionNotAllowed(uint256 index, bytes32 tag, uint256 from, uint256 to);
    /// @notice The validity is empty.
    error WindowMalformed(uint256 index, bytes32 tag, uint256 validFrom, uint256 validUntil);
    /// @notice The validity starts after the block.
    error WindowInFuture(uint256 index, bytes32 tag, uint256 validFrom, uint256 blockTime);

    /// @notice The transaction has too little gas left to try this batch without the risk of refusing it for want of
    /// gas.
    error GasTooLow(uint256 index, uint256 got, uint256 expected);

    /// @notice A batch of `recordMany` was refused and left no trace but this.
    /// @param index Its place among the transaction's batches, from 0.
    /// @param digest What its organisation signed.
    /// @param reason The first 512 bytes of the error's data; empty if the batch used up its gas.
    event BatchRefused(uint256 indexed index, bytes32 digest, bytes reason);
}
