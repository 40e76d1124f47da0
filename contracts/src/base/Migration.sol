// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { MerkleProof } from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";

import { IMembers } from "../interfaces/IMembers.sol";
import { IMigration } from "../interfaces/IMigration.sol";
import { Journal } from "./Journal.sol";

/// @notice Sealing for ever, and importing what a sealed predecessor held.
abstract contract Migration is IMigration, Journal {
    IMembers private immutable _GOVERNED_BY;

    /// @inheritdoc IMigration
    address public immutable predecessor;
    /// @inheritdoc IMigration
    bytes32 public immutable importRoot;
    /// @inheritdoc IMigration
    uint256 public immutable importCount;

    /// @inheritdoc IMigration
    uint256 public imported;

    constructor(IMembers members, address predecessor_, bytes32 root, uint256 count_) {
        bool none = predecessor_ == address(0) && root == 0 && count_ == 0;
        bool all = predecessor_ != address(0) && root != 0 && count_ != 0;
        require(none || all, ImportMalformed(predecessor_, root, count_));
        _GOVERNED_BY = members;
        predecessor = predecessor_;
        importRoot = root;
        importCount = count_;
        if (all) _awaitImport();
    }

    /// @inheritdoc IMigration
    function seal(address successor) external {
        require(msg.sender == _GOVERNED_BY.owner(), NotGovernance(msg.sender));
        require(successor != address(0) && successor != address(this), SuccessorInvalid(successor));
        bytes32 last = this.head();
        bytes32 digest_ = keccak256(abi.encode(Sealed.selector, successor, last));
        emit Sealed(_advanceIn(State.OPEN, digest_, State.SEALED), successor, last);
    }

    /// @inheritdoc IMigration
    function importWords(
        bytes32[] calldata keys,
        uint256[] calldata words_,
        bytes32[] calldata proof,
        bool[] calldata proofFlags
    ) external {
        require(_state() == State.IMPORTING, ImportNotOpen());
        require(keys.length == words_.length, ImportLengthsDiffer(keys.length, words_.length));
        bytes32[] memory leaves = new bytes32[](keys.length);
        for (uint256 i = 0; i < keys.length; ++i) {
            // Hashed twice, so that no inner node of the tree passes for a leaf.
            leaves[i] = keccak256(bytes.concat(keccak256(abi.encode(keys[i], words_[i]))));
        }
        require(MerkleProof.multiProofVerifyCalldata(proof, proofFlags, importRoot, leaves), ImportProofInvalid());
        for (uint256 i = 0; i < keys.length; ++i) {
            require(_import(keys[i], words_[i]), ImportKeyTwice(keys[i]));
        }
        imported += keys.length;
        bytes32 digest_ = keccak256(abi.encode(WordsImported.selector, keys, words_));
        State after_ = imported == importCount ? State.OPEN : State.IMPORTING;
        emit WordsImported(_advanceIn(State.IMPORTING, digest_, after_), keys, words_);
    }

    /// @notice Stores an imported word. Returns false, and stores nothing, if the key has one.
    function _import(bytes32 key, uint256 word_) internal virtual returns (bool);
}
