// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { MerkleProof } from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";

import { IMembers } from "../interfaces/IMembers.sol";
import { IMigration } from "../interfaces/IMigration.sol";
import { JournalWord, JournalWordLibrary as J } from "../types/JournalWord.sol";
import { Journal } from "./Journal.sol";

/// @notice Sealing for ever, and importing what a sealed predecessor held.
abstract contract Migration is IMigration, Journal {
    IMembers private immutable _GOVERNED_BY;

    address private immutable _PREDECESSOR;
    bytes32 private immutable _IMPORT_ROOT;
    uint256 private immutable _IMPORT_TOTAL;

    uint256 private _imported;

    constructor(IMembers members, address predecessor, bytes32 root, uint256 total) {
        bool none = predecessor == address(0) && root == 0 && total == 0;
        bool all = predecessor != address(0) && root != 0 && total != 0;
        if (!none && !all) revert ImportMalformed(predecessor, root, total);
        _GOVERNED_BY = members;
        _PREDECESSOR = predecessor;
        _IMPORT_ROOT = root;
        _IMPORT_TOTAL = total;
        if (all) _awaitImport();
    }

    /// @inheritdoc IMigration
    function seal(address successor) external {
        if (msg.sender != _GOVERNED_BY.owner()) revert NotGovernance(msg.sender);
        if (successor == address(0) || successor == address(this)) revert SuccessorInvalid(successor);
        JournalWord journal = _openJournal();
        bytes32 last = journal.head();
        bytes32 digest_ = keccak256(abi.encode(Sealed.selector, successor, last));
        emit Sealed(_advance(journal, digest_, J.SEALED), successor, last);
    }

    /// @inheritdoc IMigration
    function importWords(
        bytes32[] calldata keys,
        uint256[] calldata words_,
        bytes32[] calldata proof,
        bool[] calldata proofFlags
    ) external {
        (JournalWord journal, bool importing) = _importingJournal();
        if (!importing) revert ImportNotOpen();
        // Proven by the root itself, and anyone could move the head by it.
        if (keys.length == 0) revert ImportEmpty();
        if (keys.length != words_.length) revert ImportLengthsDiffer(keys.length, words_.length);
        bytes32[] memory leaves = new bytes32[](keys.length);
        for (uint256 i = 0; i < keys.length; ++i) {
            // Hashed twice, so that no inner node of the tree passes for a leaf.
            leaves[i] = keccak256(bytes.concat(keccak256(abi.encode(keys[i], words_[i]))));
        }
        if (!MerkleProof.multiProofVerifyCalldata(proof, proofFlags, _IMPORT_ROOT, leaves)) {
            revert ImportProofInvalid();
        }
        for (uint256 i = 0; i < keys.length; ++i) {
            if (words_[i] == 0) revert ImportWordZero(keys[i]);
            if (!_import(keys[i], words_[i])) revert ImportKeyTwice(keys[i]);
        }
        _imported += keys.length;
        bytes32 digest_ = keccak256(abi.encode(WordsImported.selector, keys, words_));
        uint256 state = _imported == _IMPORT_TOTAL ? J.OPEN : J.IMPORTING;
        emit WordsImported(_advance(journal, digest_, state), keys, words_);
    }

    /// @inheritdoc IMigration
    function migration() external view returns (address, bytes32, uint256, uint256) {
        return (_PREDECESSOR, _IMPORT_ROOT, _IMPORT_TOTAL, _imported);
    }

    /// @notice Stores an imported word. Returns false, and stores nothing, if the key has one.
    function _import(bytes32 key, uint256 word_) internal virtual returns (bool);
}
