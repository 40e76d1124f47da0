// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

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
import { ProgrammeWord } from "./types/ProgrammeWord.sol";

/// @title Certifications
contract Certifications is ICertifications, Signed, Migration {
    using Entries for bytes;

    bytes32 private constant BATCH_TYPEHASH =
        keccak256("CertificationBatch(uint16 programme,uint8 scheme,uint40 deadline,bytes entries)");

    IPolicies public immutable POLICIES;

    /// @dev By keccak256(abi.encode(programme, tag)): no tag is recorded under another programme's limits.
    mapping(bytes32 key => CertificationWord) private _words;

    constructor(IMembers members, IPolicies policies, address predecessor_, bytes32 importRoot_, uint256 importCount_)
        Signed("Certifications", members)
        Migration(members, predecessor_, importRoot_, importCount_)
    {
        POLICIES = policies;
    }

    /// @inheritdoc ICertifications
    function record(uint16 programme, uint8 scheme, uint40 deadline, bytes calldata entries, bytes calldata signature)
        external
    {
        _requireOpen();
        entries.requireWhole();
        require(scheme <= Scheme.SEAMLESS, SchemeUnknown(scheme));
        _requireBefore(deadline);
        bytes32 digest_ = digest(programme, scheme, deadline, entries);
        Signer memory signer = _authorise(digest_, signature);
        _apply(
            CertificationRules.Batch(MEMBERS, scheme, signer.organisation, signer.roles, _limits(programme, scheme)),
            programme,
            entries
        );
        emit CertificationsRecorded(
            _advance(digest_), signer.key, uint24(signer.organisation), programme, scheme, deadline, entries, signature
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
    function word(uint16 programme, bytes32 tag) external view returns (uint256) {
        return _words[_key(programme, tag)].raw();
    }

    /// @inheritdoc ICertifications
    function words(uint16 programme, bytes32[] calldata tags) external view returns (uint256[] memory found) {
        found = new uint256[](tags.length);
        for (uint256 i = 0; i < tags.length; ++i) {
            found[i] = _words[_key(programme, tags[i])].raw();
        }
    }

    /// @inheritdoc ICertifications
    function digest(uint16 programme, uint8 scheme, uint40 deadline, bytes calldata entries)
        public
        view
        returns (bytes32)
    {
        return _hashTypedDataV4(keccak256(abi.encode(BATCH_TYPEHASH, programme, scheme, deadline, keccak256(entries))));
    }

    function _limits(uint16 programme, uint256 scheme) private view returns (ProgrammeWord limits) {
        limits = ProgrammeWord.wrap(POLICIES.limits(programme));
        require(limits.exists(), ProgrammeUnknown(programme));
        require(scheme == Scheme.NONE || limits.isActive(), ProgrammeInactive(programme));
    }

    /// @dev Entry by entry, because one batch may hold several revisions of a tag. A revert undoes them all.
    function _apply(CertificationRules.Batch memory batch, uint16 programme, bytes calldata entries) private {
        uint256 n = entries.count();
        CertificationRules.Entry memory entry;
        for (uint256 i = 0; i < n; ++i) {
            (bytes32 tag, uint256 next) = entries.read(i);
            bytes32 key = _key(programme, tag);
            entry.index = i;
            entry.tag = tag;
            entry.old = _words[key];
            entry.next = CertificationWord.wrap(next);
            CertificationRules.check(batch, entry);
            _words[key] = entry.next.stamped(block.timestamp);
        }
    }

    function _import(bytes32 key, uint256 word_) internal override returns (bool) {
        if (_words[key].raw() != 0) return false;
        _words[key] = CertificationWord.wrap(word_);
        return true;
    }

    function _key(uint16 programme, bytes32 tag) private pure returns (bytes32) {
        return keccak256(abi.encode(uint256(programme), tag));
    }
}
