// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Migration } from "./base/Migration.sol";
import { Signed } from "./base/Signed.sol";
import { IConsents, SignedConsents } from "./interfaces/IConsents.sol";
import { IMembers } from "./interfaces/IMembers.sol";
import { Attempts } from "./libraries/Attempts.sol";
import { ConsentRules } from "./libraries/ConsentRules.sol";
import { Entries } from "./libraries/Entries.sol";
import { Role } from "./types/Codes.sol";
import { ConsentWord } from "./types/ConsentWord.sol";
import { JournalWord, JournalWordLibrary as J } from "./types/JournalWord.sol";
import { SignerWord } from "./types/SignerWord.sol";

/// @title Consents
contract Consents is IConsents, Signed, Migration {
    using Entries for bytes;

    bytes32 private constant BATCH_TYPEHASH = keccak256("ConsentBatch(uint40 deadline,bool reviewed,bytes entries)");
    bytes32 private constant REVIEW_TYPEHASH = keccak256("IncapacityReview(bytes32 batchDigest)");

    /// @dev A struct of one word, whose storage pointer is found once for reading and writing.
    struct Slot {
        ConsentWord word;
    }

    /// @dev By tag, which holds the whole tuple.
    mapping(bytes32 tag => Slot) private _slots;

    constructor(IMembers members, address predecessor, bytes32 importRoot, uint256 importCount)
        Signed("Consents", members)
        Migration(members, predecessor, importRoot, importCount)
    { }

    /// @inheritdoc IConsents
    function record(
        uint40 deadline,
        bool reviewed,
        bytes calldata entries,
        bytes calldata signature,
        bytes calldata review
    ) external {
        JournalWord journal = _openJournal();
        entries.requireWhole();
        _requireBefore(deadline);
        bytes32 digest_ = digest(deadline, reviewed, entries);
        (address signer, SignerWord key) = _authorise(digest_, signature);
        _requireReview(digest_, reviewed, key.organisation(), review);
        _apply(
            ConsentRules.Batch({
                reviewed: reviewed, organisation: key.organisation(), roles: key.roles(), index: 0, tag: 0
            }),
            entries
        );
        emit ConsentsRecorded(
            _advance(journal, digest_, J.OPEN),
            signer,
            uint24(key.organisation()),
            deadline,
            reviewed,
            entries,
            signature,
            review
        );
    }

    /// @inheritdoc IConsents
    function recordMany(SignedConsents[] calldata batches) external {
        for (uint256 i = 0; i < batches.length; ++i) {
            SignedConsents calldata b = batches[i];
            (bool recorded, bytes memory reason) = Attempts.attempt(
                i,
                b.entries.length,
                abi.encodeCall(this.record, (b.deadline, b.reviewed, b.entries, b.signature, b.review))
            );
            if (!recorded) emit BatchRefused(i, digest(b.deadline, b.reviewed, b.entries), reason);
        }
    }

    /// @inheritdoc IConsents
    function word(bytes32 tag) external view returns (uint256) {
        return _slots[tag].word.raw();
    }

    /// @inheritdoc IConsents
    function words(bytes32[] calldata tags) external view returns (uint256[] memory found) {
        found = new uint256[](tags.length);
        for (uint256 i = 0; i < tags.length; ++i) {
            found[i] = _slots[tags[i]].word.raw();
        }
    }

    /// @inheritdoc IConsents
    function digest(uint40 deadline, bool reviewed, bytes calldata entries) public view returns (bytes32) {
        return _hashTypedDataV4(keccak256(abi.encode(BATCH_TYPEHASH, deadline, reviewed, entries.hash())));
    }

    /// @inheritdoc IConsents
    function reviewDigest(bytes32 batchDigest) public view returns (bytes32) {
        return _hashTypedDataV4(keccak256(abi.encode(REVIEW_TYPEHASH, batchDigest)));
    }

    function _requireReview(bytes32 digest_, bool reviewed, uint256 recorder, bytes calldata review) private view {
        if (!reviewed) {
            if (review.length != 0) revert ReviewNotExpected(review.length);
            return;
        }
        (, SignerWord reviewer) = _authorise(reviewDigest(digest_), review);
        if (reviewer.roles() & Role.REVIEWER == 0) {
            revert ReviewerRoleMissing(reviewer.organisation(), reviewer.roles(), Role.REVIEWER);
        }
        if (reviewer.organisation() == recorder) revert ReviewerIsRecorder(recorder);
    }

    /// @dev Entry by entry, because one batch may hold several revisions of a tag. A revert undoes them all.
    function _apply(ConsentRules.Batch memory batch, bytes calldata entries) private {
        uint256 n = entries.count();
        for (uint256 i = 0; i < n; ++i) {
            (bytes32 tag, uint256 next_) = entries.read(i);
            ConsentWord next = ConsentWord.wrap(next_);
            Slot storage slot = _slots[tag];
            batch.index = i;
            batch.tag = tag;
            ConsentRules.check(batch, slot.word, next);
            slot.word = next.stamped(block.timestamp);
        }
    }

    function _import(bytes32 key, uint256 word_) internal override returns (bool) {
        if (_slots[key].word.raw() != 0) return false;
        _slots[key].word = ConsentWord.wrap(word_);
        return true;
    }
}
