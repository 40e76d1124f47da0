// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { IAnchors } from "../../src/interfaces/IAnchors.sol";
import { ISigned } from "../../src/interfaces/ISigned.sol";
import { FuzzTest } from "../helpers/FuzzTest.sol";

/// @notice Any tree head after any other, by any organisation: it is anchored, or refused for the first reason that its
/// interface names.
contract AnchorsFuzzTest is FuzzTest {
    struct Head {
        uint24 organisation;
        uint8 stream;
        uint64 size;
        bytes32 root;
        uint40 deadline;
    }

    /// @dev A call with another root than was signed, if it is spoilt.
    function data(Head memory h, uint24 by, bool spoilt) private view returns (bytes memory) {
        bytes32 digest = anchors.digest(h.organisation, h.stream, h.size, h.root, h.deadline);
        bytes32 root = spoilt ? ~h.root : h.root;
        return abi.encodeCall(anchors.anchor, (h.organisation, h.stream, h.size, root, h.deadline, sign(by, digest)));
    }

    function refusal(Head memory h, uint24 by, bool spoilt, uint64 previous) private pure returns (bytes4) {
        if (h.stream == 0 || h.stream > 4) return IAnchors.StreamUnknown.selector;
        if (h.deadline < NOW) return ISigned.DeadlinePassed.selector;
        if (spoilt) return ISigned.SignerUnknown.selector;
        if (h.organisation != by) return IAnchors.SignerOfOther.selector;
        return h.size <= previous ? IAnchors.SizeNotGrown.selector : bytes4(0);
    }

    function testFuzz_Anchor(Head memory h, uint24 by, uint64 previous, uint8 how) external {
        (h.organisation, by) = (1 + h.organisation % 7, 1 + by % 7);
        if (how % 4 > 0) (h.stream, by) = (1 + h.stream % 4, h.organisation);
        if (how % 3 == 0) h.size = previous;
        h.deadline = how % 5 == 0 ? NOW - 1 : NOW;
        if (h.stream == 0 || h.stream > 4) previous = 0;
        if (previous > 0) {
            Head memory before = Head(h.organisation, h.stream, previous, "before", NOW);
            attempt(address(anchors), address(1), data(before, h.organisation, false), 0);
        }
        bool spoilt = how % 7 == 0;
        bytes4 expected = refusal(h, by, spoilt, previous);
        attempt(address(anchors), address(1), data(h, by, spoilt), expected);
        (uint64 size, uint32 recordedAt, bytes32 root) = anchors.treeHead(h.organisation, h.stream);
        assertEq(size, expected == 0 ? h.size : previous);
        assertEq(recordedAt, size == 0 ? 0 : NOW);
        if (expected == 0) assertEq(root, h.root);
    }
}
