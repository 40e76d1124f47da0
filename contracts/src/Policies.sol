// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Journal } from "./base/Journal.sol";
import { ICertifications } from "./interfaces/ICertifications.sol";
import { IMembers } from "./interfaces/IMembers.sol";
import { Basis, IPolicies } from "./interfaces/IPolicies.sol";
import { ProgrammeWord, ProgrammeWordLibrary } from "./types/ProgrammeWord.sol";

/// @title Policies
contract Policies is IPolicies, Journal {
    IMembers public immutable MEMBERS;

    mapping(uint16 id => ProgrammeWord) private _limits;
    mapping(uint16 id => bytes32) private _rulesHashes;
    mapping(uint32 id => Basis) private _bases;
    /// @inheritdoc IPolicies
    address public enforcer;
    /// @notice Bases ever added; the latest one's id.
    uint32 public bases;

    constructor(IMembers members) {
        MEMBERS = members;
    }

    modifier onlyGovernance() {
        _requireGovernance();
        _;
    }

    /// @inheritdoc IPolicies
    function setProgramme(
        uint16 id,
        uint32 version,
        bool active,
        uint8 seamlessLimit,
        uint32 longestSenior,
        uint32 longestSeamless,
        bytes32 rulesHash
    ) external onlyGovernance {
        if (id == 0) revert ProgrammeInvalid(id);
        uint256 expected = _limits[id].version() + 1;
        if (version != expected) revert VersionNotNext(id, version, expected);
        uint256 highest = ProgrammeWordLibrary.MAX_SEAMLESS_LIMIT;
        if (seamlessLimit > highest) revert SeamlessLimitTooHigh(seamlessLimit, highest);
        _limits[id] = ProgrammeWordLibrary.pack(active, seamlessLimit, version, longestSenior, longestSeamless);
        _rulesHashes[id] = rulesHash;
        bytes32 digest = keccak256(
            abi.encode(
                ProgrammeSet.selector, id, version, active, seamlessLimit, longestSenior, longestSeamless, rulesHash
            )
        );
        emit ProgrammeSet(
            _advance(digest), id, version, active, seamlessLimit, longestSenior, longestSeamless, rulesHash
        );
        if (enforcer != address(0)) ICertifications(enforcer).adopt(id);
    }

    /// @inheritdoc IPolicies
    function setEnforcer(address certifications) external onlyGovernance {
        // slither-disable-next-line missing-zero-check (zero is for none)
        enforcer = certifications;
        bytes32 digest = keccak256(abi.encode(EnforcerSet.selector, certifications));
        emit EnforcerSet(_advance(digest), certifications);
    }

    /// @inheritdoc IPolicies
    function addBasis(
        uint24 provider,
        uint24 consumer,
        uint16 category,
        uint16 purpose,
        uint32 validFrom,
        uint32 validUntil,
        string calldata legalReference
    ) external onlyGovernance returns (uint32 id) {
        _requireOrganisation(provider);
        _requireOrganisation(consumer);
        if (validFrom >= validUntil) revert BasisWindowMalformed(validFrom, validUntil);
        id = ++bases;
        Basis memory added = Basis({
            provider: provider,
            consumer: consumer,
            category: category,
            purpose: purpose,
            validFrom: validFrom,
            validUntil: validUntil
        });
        _bases[id] = added;
        _journalAdded(id, added, legalReference);
    }

    /// @inheritdoc IPolicies
    function endBasis(uint32 id, uint32 validUntil) external onlyGovernance {
        Basis storage ended = _bases[id];
        uint256 latest = ended.validUntil;
        if (latest == 0) revert BasisUnknown(id);
        if (block.timestamp > validUntil || validUntil >= latest) {
            revert BasisEndNotAllowed(id, validUntil, block.timestamp, latest);
        }
        ended.validUntil = validUntil;
        bytes32 digest = keccak256(abi.encode(BasisEnded.selector, id, validUntil));
        emit BasisEnded(_advance(digest), id, validUntil);
    }

    /// @inheritdoc IPolicies
    function programme(uint16 id) external view returns (uint256 word, bytes32 rulesHash) {
        return (_limits[id].raw(), _rulesHashes[id]);
    }

    /// @inheritdoc IPolicies
    function basis(uint32 id) external view returns (Basis memory) {
        return _bases[id];
    }

    function _journalAdded(uint32 id, Basis memory b, string calldata legalReference) private {
        bytes32 digest = keccak256(
            abi.encode(
                BasisAdded.selector,
                id,
                b.provider,
                b.consumer,
                b.category,
                b.purpose,
                b.validFrom,
                b.validUntil,
                legalReference
            )
        );
        emit BasisAdded(
            _advance(digest),
            id,
            b.provider,
            b.consumer,
            b.category,
            b.purpose,
            b.validFrom,
            b.validUntil,
            legalReference
        );
    }

    function _requireGovernance() private view {
        if (msg.sender != MEMBERS.owner()) revert NotGovernance(msg.sender);
    }

    function _requireOrganisation(uint24 id) private view {
        if (MEMBERS.organisation(id) == 0) revert OrganisationUnknown(id);
    }
}
