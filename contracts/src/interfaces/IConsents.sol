// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { IEntries } from "./IEntries.sol";

/// @notice The arguments of `IConsents.record`.
struct SignedConsents {
    uint40 deadline;
    bool reviewed;
    bytes entries;
    bytes signature;
    bytes review;
}

/// @title Consents
/// @notice One word per tag: the state of one person's consent for one (provider, consumer, category, purpose).
/// @dev Not checked, and why: that the person, guardian or delegate really decided (the recording organisation answers
/// for it, the sealed record holds the evidence), that provider and consumer exist (the tag hides them), how long a
/// consent lasts (the person's own choice).
interface IConsents is IEntries {
    /// @notice A batch that is not reviewed carries a review.
    error ReviewNotExpected(uint256 length);
    /// @notice The reviewer's organisation has not the role REVIEWER.
    error ReviewerRoleMissing(uint256 organisation, uint256 roles, uint256 needed);
    /// @notice The reviewer's organisation is the recording one.
    error ReviewerIsRecorder(uint256 organisation);

    /// @notice The word names no known grantor.
    error GrantorUnknown(uint256 index, bytes32 tag, uint256 grantor);
    /// @notice The person has decided this themselves; this (`ConsentStatus`) is not for another to decide.
    error DecidedBySelf(uint256 index, bytes32 tag, uint256 grantor, uint256 status);
    /// @notice The person has decided this themselves; another withdraws it only with a review of their incapacity.
    error ReviewMissing(uint256 index, bytes32 tag, uint256 grantor);

    event ConsentsRecorded(
        uint64 indexed number,
        address indexed signer,
        uint24 indexed organisation,
        uint40 deadline,
        bool reviewed,
        bytes entries,
        bytes signature,
        bytes review
    );

    /// @notice Records a batch, whole or not at all.
    /// @dev Refused for the first that applies. O is the signer's organisation.
    ///
    /// The batch:
    ///  1. JournalNotOpen: sealed, or the import is not complete
    ///  2. EntriesMalformed
    ///  3. DeadlinePassed
    ///  4. ECDSAInvalidSignatureLength, ECDSAInvalidSignatureS, ECDSAInvalidSignature
    ///  5. SignerUnknown
    ///  6. SignerNotActive
    ///  7. SignerDistrusted
    ///  8. OrganisationInactive
    ///  9. not reviewed: ReviewNotExpected unless `review` is empty
    /// 10. reviewed: 4 to 8 for the review's signature, then ReviewerRoleMissing, then ReviewerIsRecorder
    ///
    /// Each entry in turn, on the word as the entries before it left it:
    ///  1. WordMalformed: a reserved bit, or a version other than 1
    ///  2. RecordedAtNotZero
    ///  3. RevisionNotNext: revision = recorded + 1
    ///  4. WordNotExpected unless organisation is O, selfDecided is as recorded or set if the grantor is SELF, and, if
    ///     the status is not GIVEN, validFrom and validUntil are as recorded
    ///  5. RoleMissing: RECORDER
    ///  6. (any organisation may record: the decision is the person's)
    ///  7. GrantorUnknown unless SELF, GUARDIAN or DELEGATE; TransitionNotAllowed by the table of statuses; if the
    ///     recorded word is selfDecided and the grantor not SELF: ReviewMissing if WITHDRAWN is signed and the batch is
    ///     not reviewed, DecidedBySelf if anything else than WITHDRAWN is signed
    ///  8. GIVEN: WindowMalformed unless validFrom < validUntil; WindowInFuture if validFrom is after the block
    /// @param deadline Last block time (unix seconds) at which the batch may be recorded.
    /// @param reviewed Whether a reviewer organisation's signature on the persons' incapacity goes with it.
    /// @param entries tag ‖ word ‖ recordHash, 96 bytes each, 1 to 1000.
    /// @param signature 65 bytes over `digest` of the same.
    /// @param review 65 bytes over `reviewDigest` of that digest; empty if not reviewed.
    function record(
        uint40 deadline,
        bool reviewed,
        bytes calldata entries,
        bytes calldata signature,
        bytes calldata review
    ) external;

    /// @notice As `ICertifications.recordMany`.
    function recordMany(SignedConsents[] calldata batches) external;

    /// @notice The state of a tag, zero if never recorded: a `ConsentWord`.
    function word(bytes32 tag) external view returns (uint256);

    /// @notice `word` of many tags.
    function words(bytes32[] calldata tags) external view returns (uint256[] memory);

    /// @notice What the recording key signs: EIP-712 `ConsentBatch(uint40 deadline,bool reviewed,bytes entries)`.
    function digest(uint40 deadline, bool reviewed, bytes calldata entries) external view returns (bytes32);

    /// @notice What the reviewing key signs: EIP-712 `IncapacityReview(bytes32 batchDigest)`.
    function reviewDigest(bytes32 batchDigest) external view returns (bytes32);
}
