// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title Anchors
/// @notice Append-only Merkle tree heads (RFC 6962) per organisation and stream.
/// @dev Not checked, and why: that the new tree contains the old one (that takes a consistency proof as long as the tree
/// is deep; auditors check it, and this log shows them every head), or what a tree's leaves are.
interface IAnchors {
    /// @notice The stream is none of `Stream`.
    error StreamUnknown(uint256 stream);
    /// @notice A stream belongs to its organisation.
    error SignerOfOther(address signer, uint256 organisation, uint256 expected);
    /// @notice A tree only grows.
    error SizeNotGrown(uint256 got, uint256 previous);

    event TreeHeadAnchored(
        uint64 indexed number,
        uint24 indexed organisation,
        uint8 indexed stream,
        uint64 size,
        bytes32 root,
        uint40 deadline,
        bytes signature
    );

    /// @notice Anchors a tree head.
    /// @dev Refused for the first that applies: StreamUnknown; DeadlinePassed; the signature and its key as in `ISigned`;
    /// SignerOfOther; SizeNotGrown.
    /// @param organisation Whose stream it is, and whose key signs.
    /// @param stream A `Stream`.
    /// @param size Leaves in the tree.
    /// @param root Root over them (RFC 6962, section 2.1, with keccak256 or SHA-256 as the stream's readers agree).
    /// @param deadline Last block time (unix seconds) at which it may be anchored.
    /// @param signature 65 bytes over `digest` of the same.
    function anchor(
        uint24 organisation,
        uint8 stream,
        uint64 size,
        bytes32 root,
        uint40 deadline,
        bytes calldata signature
    ) external;

    /// @notice The latest tree head of a stream; zeros if there is none. `recordedAt` is the block's time.
    function treeHead(uint24 organisation, uint8 stream)
        external
        view
        returns (uint64 size, uint32 recordedAt, bytes32 root);

    /// @notice What a key signs: EIP-712 `TreeHead(uint24 organisation,uint8 stream,uint64 size,bytes32 root,uint40
    /// deadline)`.
    function digest(uint24 organisation, uint8 stream, uint64 size, bytes32 root, uint40 deadline)
        external
        view
        returns (bytes32);
}
