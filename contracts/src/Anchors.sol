// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Journal } from "./base/Journal.sol";
import { Signed } from "./base/Signed.sol";
import { IAnchors } from "./interfaces/IAnchors.sol";
import { IMembers } from "./interfaces/IMembers.sol";
import { Stream } from "./types/Codes.sol";
import { SignerWord } from "./types/SignerWord.sol";

/// @title Anchors
contract Anchors is IAnchors, Signed, Journal {
    bytes32 private constant TREE_HEAD_TYPEHASH =
        keccak256("TreeHead(uint24 organisation,uint8 stream,uint64 size,bytes32 root,uint40 deadline)");

    struct TreeHead {
        uint64 size;
        uint32 recordedAt;
        bytes32 root;
    }

    mapping(uint24 organisation => mapping(uint8 stream => TreeHead)) private _treeHeads;

    constructor(IMembers members) Signed("Anchors", members) { }

    /// @inheritdoc IAnchors
    function anchor(
        uint24 organisation,
        uint8 stream,
        uint64 size,
        bytes32 root,
        uint40 deadline,
        bytes calldata signature
    ) external {
        if (stream < Stream.ACCESS_LOG || Stream.MONTHS < stream) revert StreamUnknown(stream);
        _requireBefore(deadline);
        bytes32 digest_ = digest(organisation, stream, size, root, deadline);
        (address signer, SignerWord key) = _authorise(digest_, signature);
        if (key.organisation() != organisation) revert SignerOfOther(signer, key.organisation(), organisation);
        TreeHead storage latest = _treeHeads[organisation][stream];
        if (size <= latest.size) revert SizeNotGrown(size, latest.size);
        latest.size = size;
        latest.recordedAt = uint32(block.timestamp);
        latest.root = root;
        emit TreeHeadAnchored(_advance(digest_), organisation, stream, size, root, deadline, signature);
    }

    /// @inheritdoc IAnchors
    function treeHead(uint24 organisation, uint8 stream) external view returns (uint64, uint32, bytes32) {
        TreeHead storage latest = _treeHeads[organisation][stream];
        return (latest.size, latest.recordedAt, latest.root);
    }

    /// @inheritdoc IAnchors
    function digest(uint24 organisation, uint8 stream, uint64 size, bytes32 root, uint40 deadline)
        public
        view
        returns (bytes32)
    {
        return _hashTypedDataV4(keccak256(abi.encode(TREE_HEAD_TYPEHASH, organisation, stream, size, root, deadline)));
    }
}
