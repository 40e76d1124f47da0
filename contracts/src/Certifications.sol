// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Hashes } from "@openzeppelin/contracts/utils/cryptography/Hashes.sol";

import { Migration } from "./base/Migration.sol";
import { Signed } from "./base/Signed.sol";
import { ICertifications, SignedCertifications } from "./interfaces/ICertifications.sol";
import { IMembers } from "./interfaces/IMembers.sol";
import { IPolicies } from "./interfaces/IPolicies.sol";
import { Attempts } from "./libraries/Attempts.sol";
import { CertificationRules } from "./libraries/CertificationRules.sol";
import { Entries } from "./libraries/Entries.sol";
import { CertificationWord } from "./types/CertificationWord.sol";
import { Scheme } from "./types/Codes.sol";
import { JournalWord, JournalWordLibrary as J } from "./types/JournalWord.sol";
import { ProgrammeWord } from "./types/ProgrammeWord.sol";
import { SignerWord } from "./types/SignerWord.sol";

/// @title Certifications
contract Certifications is ICertifications, Signed, Migration {
    using Entries for bytes;

    bytes32 private constant BATCH_TYPEHASH =
        keccak256("CertificationBatch(uint16 programme,uint8 scheme,uint40 deadline,bytes entries)");

    IPolicies public immutable POLICIES;

    /// @dev A struct of one word, whose storage pointer is found once for reading and writing.
    struct Slot {
        CertificationWord word;
    }

    /// @dev By keccak256(abi.encode(programme, tag)): no tag is recorded under another programme's limits.
    mapping(bytes32 key => Slot) private _slots;
    /// @dev Copies of the programmes' limits, because to ask another contract costs each batch 3,000 gas more.
    mapping(uint256 programme => ProgrammeWord) private _limits;

    constructor(IMembers members, IPolicies policies, address predecessor, bytes32 importRoot, uint256 importCount)
        Signed("Certifications", members)
        Migration(members, predecessor, importRoot, importCount)
    {
        POLICIES = policies;
    }

    /// @inheritdoc ICertifications
    function record(uint16 programme, uint8 scheme, uint40 deadline, bytes calldata entries, bytes calldata signature)
        external
    {
        JournalWord journal = _openJournal();
        entries.requireWhole();
        if (scheme > Scheme.SEAMLESS) revert SchemeUnknown(scheme);
        _requireBefore(deadline);
        bytes32 digest_ = digest(programme, scheme, deadline, entries);
        (address signer, SignerWord key) = _authorise(digest_, signature);
        _apply(
            CertificationRules.Batch({
                members: MEMBERS,
                scheme: scheme,
                organisation: key.organisation(),
                roles: key.roles(),
                programme: _requireProgramme(programme, scheme),
                index: 0,
                tag: 0
            }),
            programme,
            entries
        );
        emit CertificationsRecorded(
            _advance(journal, digest_, J.OPEN),
            signer,
            uint24(key.organisation()),
            programme,
            scheme,
            deadline,
            entries,
            signature
        );
    }

    /// @inheritdoc ICertifications
    function recordMany(SignedCertifications[] calldata batches) external {
        for (uint256 i = 0; i < batches.length; ++i) {
            SignedCertifications calldata b = batches[i];
            (bool recorded, bytes memory reason) = Attempts.attempt(
                i,
                b.entries.length,
                abi.encodeCall(this.record, (b.programme, b.scheme, b.deadline, b.entries, b.signature))
            );
            if (!recorded) {
                emit BatchRefused(i, digest(b.programme, b.scheme, b.deadline, b.entries), reason);
            }
        }
    }

    /// @inheritdoc ICertifications
    function adopt(uint16 programme) external {
        // slither-disable-next-line unused-return (the rules' hash is for people)
        (uint256 known,) = POLICIES.programme(programme);
        _limits[programme] = ProgrammeWord.wrap(known);
    }

    /// @inheritdoc ICertifications
    function limits(uint16 programme) external view returns (uint256) {
        return _limits[programme].raw();
    }

    /// @inheritdoc ICertifications
    function word(uint16 programme, bytes32 tag) external view returns (uint256) {
        return _slots[_key(programme, tag)].word.raw();
    }

    /// @inheritdoc ICertifications
    function words(uint16 programme, bytes32[] calldata tags) external view returns (uint256[] memory found) {
        found = new uint256[](tags.length);
        for (uint256 i = 0; i < tags.length; ++i) {
            found[i] = _slots[_key(programme, tags[i])].word.raw();
        }
    }

    /// @inheritdoc ICertifications
    function digest(uint16 programme, uint8 scheme, uint40 deadline, bytes calldata entries)
        public
        view
        returns (bytes32)
    {
        return _hashTypedDataV4(keccak256(abi.encode(BATCH_TYPEHASH, programme, scheme, deadline, entries.hash())));
    }

    /// @dev The limits of a programme in which the scheme may be recorded.
    function _requireProgramme(uint256 programme, uint256 scheme) private view returns (ProgrammeWord known) {
        known = _limits[programme];
        if (!known.exists()) revert ProgrammeUnknown(programme);
        if (scheme != Scheme.NONE && !known.isActive()) revert ProgrammeInactive(programme);
    }

    /// @dev Entry by entry, because one batch may hold several revisions of a tag. A revert undoes them all.
    function _apply(CertificationRules.Batch memory batch, uint16 programme, bytes calldata entries) private {
        uint256 n = entries.count();
        for (uint256 i = 0; i < n; ++i) {
            (bytes32 tag, uint256 next_) = entries.read(i);
            CertificationWord next = CertificationWord.wrap(next_);
            Slot storage slot = _slots[_key(programme, tag)];
            batch.index = i;
            batch.tag = tag;
            CertificationRules.check(batch, slot.word, next);
            slot.word = next.stamped(block.timestamp);
        }
    }

    function _import(bytes32 key, uint256 word_) internal override returns (bool) {
        if (_slots[key].word.raw() != 0) return false;
        _slots[key].word = CertificationWord.wrap(word_);
        return true;
    }

    function _key(uint16 programme, bytes32 tag) private pure returns (bytes32) {
        return Hashes.efficientKeccak256(bytes32(uint256(programme)), tag);
    }
}
