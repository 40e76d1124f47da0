// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { IEntries } from "./IEntries.sol";

/// @notice The arguments of `ICertifications.record`.
struct SignedCertifications {
    uint16 programme;
    uint8 scheme;
    uint40 deadline;
    bytes entries;
    bytes signature;
}

/// @title Certifications
/// @notice One word per (programme, tag): the state of one subject in one programme. Organisations' signatures change it;
/// who sends the transaction does not matter.
/// @dev Not checked, and why: that the tag belongs to a person (it is attested off chain, and a tag says nothing), that
/// recordHash commits to a record that exists (audits compare them), that the validity falls on ends of months or into
/// the programme's bands (the rules hash commits to them, audits check them; the contract holds the longest), that a
/// method code is a known one (a new way to see a person needs no new contract), that the block's time fits 32 bits (until
/// 7 February 2106; a successor with wider words is due before).
interface ICertifications is IEntries {
    /// @notice The batch's scheme is none of `Scheme`.
    error SchemeUnknown(uint256 scheme);
    /// @notice Governance never set this programme, or it was not adopted.
    error ProgrammeUnknown(uint256 programme);
    /// @notice The programme takes decisions but no certifications.
    error ProgrammeInactive(uint256 programme);

    /// @notice The entry of a batch of decisions changes neither status, death, authorisation nor organisation.
    error NothingChanged(uint256 index, bytes32 tag);
    /// @notice Another organisation is responsible, and it is not the signer's or below it.
    error NotResponsible(uint256 index, bytes32 tag, uint256 organisation, uint256 responsible);
    /// @notice The organisation that is to take over is not active or no certifier.
    error HandoverToUnfit(uint256 index, bytes32 tag, uint256 organisation);
    /// @notice The recorded death (`Death`) stands in the way.
    error DeathRecorded(uint256 index, bytes32 tag, uint256 death);
    /// @notice Who reported a death neither confirms nor rescinds it.
    error DeathReporterMayNotDecide(uint256 index, bytes32 tag, uint256 organisation);
    /// @notice No certification of a person who was seen has no method, or that of the signals.
    error MethodNotAllowed(uint256 index, bytes32 tag, uint256 method);
    /// @notice No senior certification stands behind the state.
    error NeverSeen(uint256 index, bytes32 tag);
    /// @notice The person was neither notified nor has consented, or objects.
    error AuthorisationMissing(uint256 index, bytes32 tag, uint256 authorisation);
    /// @notice So many seamless renewals may not follow each other: the person is to be seen.
    error SeamlessLimitReached(uint256 index, bytes32 tag, uint256 got, uint256 limit);
    /// @notice The validity is longer (seconds) than the programme allows the scheme.
    error WindowTooLong(uint256 index, bytes32 tag, uint256 got, uint256 longest);
    /// @notice A seamless renewal would end the validity sooner.
    error WindowShrinks(uint256 index, bytes32 tag, uint256 got, uint256 expected);

    event CertificationsRecorded(
        uint64 indexed number,
        address indexed signer,
        uint24 indexed organisation,
        uint16 programme,
        uint8 scheme,
        uint40 deadline,
        bytes entries,
        bytes signature
    );

    /// @notice Records a batch, whole or not at all.
    /// @dev Refused for the first that applies. O is the signer's organisation.
    ///
    /// The batch:
    ///  1. JournalNotOpen: sealed, or the import is not complete
    ///  2. EntriesMalformed
    ///  3. SchemeUnknown
    ///  4. DeadlinePassed
    ///  5. ECDSAInvalidSignatureLength, ECDSAInvalidSignatureS, ECDSAInvalidSignature
    ///  6. SignerUnknown
    ///  7. SignerNotActive
    ///  8. SignerDistrusted
    ///  9. OrganisationInactive
    /// 10. ProgrammeUnknown
    /// 11. ProgrammeInactive, unless the scheme is NONE
    ///
    /// Each entry in turn, on the word as the entries before it left it:
    ///  1. WordMalformed: a reserved bit, or a version other than 1
    ///  2. RecordedAtNotZero
    ///  3. RevisionNotNext: revision = recorded + 1
    ///  4. The kind of change. Of scheme SENIOR or SEAMLESS it is a certification by it. Of scheme NONE it is the first of
    ///     STATUS, DEATH, AUTHORISATION, HANDOVER whose field (status, death, authorisation, organisation) differs from
    ///     the recorded one; NothingChanged if none does. Then WordNotExpected unless the word is the recorded one with
    ///     version 1, the new revision, recordedAt 0 and, by kind:
    ///      SENIOR         status ACTIVE, seniorSeen, seamlessRun 0, scheme SENIOR, organisation O if it was 0; method,
    ///                     validFrom, validUntil as signed
    ///      SEAMLESS       scheme SEAMLESS, method SIGNALS, seamlessRun + 1 (in its 5 bits); validFrom, validUntil as
    ///                     signed
    ///      STATUS         status as signed; seniorSeen cleared if that is REVOKED
    ///      DEATH          death as signed; deathReporter O if that is REPORTED, 0 if NONE, else as recorded
    ///      AUTHORISATION  authorisation as signed, authoriser O
    ///      HANDOVER       organisation as signed
    ///  5. RoleMissing: SENIOR needs CERTIFIER; SEAMLESS ENGINE; STATUS REVIEWER; DEATH REPORTER if REPORTED is signed,
    ///     else REVIEWER; AUTHORISATION RECORDER; HANDOVER CERTIFIER or REVIEWER
    ///  6. NotResponsible: SENIOR and STATUS unless the recorded organisation is 0, O, or within O. HANDOVER unless both
    ///     the recorded organisation, then the signed one, are within O (0 is not); then HandoverToUnfit unless the
    ///     signed one is active and has CERTIFIER
    ///  7. SENIOR: TransitionNotAllowed unless the recorded status is NONE, ACTIVE, REVOKED or CLOSED (from = it, to =
    ///     ACTIVE); DeathRecorded if death is CONFIRMED; MethodNotAllowed if method is NONE or SIGNALS.
    ///     SEAMLESS: TransitionNotAllowed unless the recorded status is ACTIVE (from = it, to = ACTIVE); NeverSeen unless
    ///     seniorSeen; DeathRecorded unless death is NONE; AuthorisationMissing unless authorisation is NOTIFIED or
    ///     CONSENTED; SeamlessLimitReached if the recorded seamlessRun + 1 exceeds the programme's limit.
    ///     STATUS, DEATH, AUTHORISATION: TransitionNotAllowed by their table; DEATH then DeathReporterMayNotDecide if
    ///     the signed death is not REPORTED and the recorded deathReporter is O.
    ///  8. SENIOR and SEAMLESS: WindowMalformed unless validFrom < validUntil; WindowInFuture if validFrom is after the
    ///     block; WindowTooLong; SEAMLESS then WindowShrinks if validUntil is before the recorded one.
    /// @param programme The programme under whose limits the tags are recorded.
    /// @param scheme A `Scheme`.
    /// @param deadline Last block time (unix seconds) at which the batch may be recorded.
    /// @param entries tag ‖ word ‖ recordHash, 96 bytes each, 1 to 1000.
    /// @param signature 65 bytes over `digest` of the same.
    function record(uint16 programme, uint8 scheme, uint40 deadline, bytes calldata entries, bytes calldata signature)
        external;

    /// @notice Tries each batch by itself: one that is refused emits `BatchRefused` and harms no other, also when it uses
    /// up its gas.
    /// @dev Each batch is given 100,000 gas and 30,000 for each entry, more than any needs at the prices of the Cancun
    /// and Osaka forks. GasTooLow (of the whole transaction) if that is not there to give: who pays for the transaction
    /// cannot have a batch refused by starving it. Malformed ABI encoding of the array fails the whole transaction; only
    /// its sender can cause that.
    function recordMany(SignedCertifications[] calldata batches) external;

    /// @notice Copies a programme's limits from `Policies`, which calls it when they change. Anyone may: it copies what is
    /// true. Needed of a successor, for the programmes set before it was named the enforcer.
    function adopt(uint16 programme) external;

    /// @notice The limits that are enforced: a `ProgrammeWord`; zero if none.
    function limits(uint16 programme) external view returns (uint256);

    /// @notice The state of a tag in a programme, zero if never recorded: a `CertificationWord`.
    function word(uint16 programme, bytes32 tag) external view returns (uint256);

    /// @notice `word` of many tags.
    function words(uint16 programme, bytes32[] calldata tags) external view returns (uint256[] memory);

    /// @notice What a key signs: EIP-712 `CertificationBatch(uint16 programme,uint8 scheme,uint40 deadline,bytes
    /// entries)`.
    function digest(uint16 programme, uint8 scheme, uint40 deadline, bytes calldata entries)
        external
        view
        returns (bytes32);
}
