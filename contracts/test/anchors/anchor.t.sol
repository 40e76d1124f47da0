// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { IAnchors } from "../../src/interfaces/IAnchors.sol";
import { ISigned } from "../../src/interfaces/ISigned.sol";
import { Stream } from "../../src/types/Codes.sol";
import { LedgerTest } from "../helpers/LedgerTest.sol";

contract AnchorsAnchorTest is LedgerTest {
    uint8 private constant LOG = uint8(Stream.ACCESS_LOG);

    function signed(uint24 by, uint24 organisation, uint8 stream, uint64 size, bytes32 root)
        private
        view
        returns (bytes memory)
    {
        return sign(by, anchors.digest(organisation, stream, size, root, DEADLINE));
    }

    function send(uint24 organisation, uint8 stream, uint64 size, bytes32 root) private {
        bytes memory signature = signed(organisation, organisation, stream, size, root);
        anchors.anchor(organisation, stream, size, root, DEADLINE, signature);
    }

    function test_RevertWhen_StreamUnknown() external {
        uint8[3] memory streams = [0, 5, 255];
        for (uint256 i = 0; i < 3; ++i) {
            bytes memory signature = signed(COMMUNITY, COMMUNITY, streams[i], 1, "root");
            vm.expectRevert(abi.encodeWithSelector(IAnchors.StreamUnknown.selector, streams[i]));
            anchors.anchor(COMMUNITY, streams[i], 1, "root", DEADLINE, signature);
        }
    }

    function test_AnchorsEveryStream() external {
        for (uint8 stream = 1; stream <= 4; ++stream) {
            send(COMMUNITY, stream, stream, "root");
            (uint64 size,,) = anchors.treeHead(COMMUNITY, stream);
            assertEq(size, stream);
        }
    }

    function test_RevertWhen_DeadlinePassed() external {
        bytes memory signature = signed(COMMUNITY, COMMUNITY, LOG, 1, "root");
        vm.warp(DEADLINE + 1);
        vm.expectRevert(abi.encodeWithSelector(ISigned.DeadlinePassed.selector, DEADLINE, DEADLINE + 1));
        anchors.anchor(COMMUNITY, LOG, 1, "root", DEADLINE, signature);
    }

    function test_RevertWhen_AnythingSignedWasChanged() external {
        bytes memory signature = signed(COMMUNITY, COMMUNITY, LOG, 1, "root");
        bytes4 refusal = ISigned.SignerUnknown.selector;
        vm.expectPartialRevert(refusal);
        anchors.anchor(NEIGHBOUR, LOG, 1, "root", DEADLINE, signature);
        vm.expectPartialRevert(refusal);
        anchors.anchor(COMMUNITY, LOG + 1, 1, "root", DEADLINE, signature);
        vm.expectPartialRevert(refusal);
        anchors.anchor(COMMUNITY, LOG, 2, "root", DEADLINE, signature);
        vm.expectPartialRevert(refusal);
        anchors.anchor(COMMUNITY, LOG, 1, "toor", DEADLINE, signature);
        vm.expectPartialRevert(refusal);
        anchors.anchor(COMMUNITY, LOG, 1, "root", DEADLINE - 1, signature);
    }

    function test_RevertWhen_SignerOfOther() external {
        bytes memory signature = signed(SUBDISTRICT, COMMUNITY, LOG, 1, "root");
        vm.expectRevert(
            abi.encodeWithSelector(IAnchors.SignerOfOther.selector, signer(SUBDISTRICT), SUBDISTRICT, COMMUNITY)
        );
        anchors.anchor(COMMUNITY, LOG, 1, "root", DEADLINE, signature);
    }

    function test_RevertWhen_SizeNotGrown() external {
        bytes memory signature = signed(COMMUNITY, COMMUNITY, LOG, 0, "root");
        vm.expectRevert(abi.encodeWithSelector(IAnchors.SizeNotGrown.selector, 0, 0));
        anchors.anchor(COMMUNITY, LOG, 0, "root", DEADLINE, signature);
        send(COMMUNITY, LOG, 7, "root");
        for (uint64 size = 6; size < 8; ++size) {
            signature = signed(COMMUNITY, COMMUNITY, LOG, size, "toor");
            vm.expectRevert(abi.encodeWithSelector(IAnchors.SizeNotGrown.selector, size, 7));
            anchors.anchor(COMMUNITY, LOG, size, "toor", DEADLINE, signature);
        }
        send(COMMUNITY, LOG, 8, "toor");
    }

    function test_StoresTheTreeHead() external {
        send(COMMUNITY, LOG, 7, "root");
        (uint64 size, uint32 recordedAt, bytes32 root) = anchors.treeHead(COMMUNITY, LOG);
        assertEq(size, 7);
        assertEq(recordedAt, NOW);
        assertEq(root, "root");
    }

    function test_KeepsStreamsAndOrganisationsApart() external {
        send(COMMUNITY, LOG, 7, "root");
        (uint64 size,,) = anchors.treeHead(COMMUNITY, LOG + 1);
        assertEq(size, 0);
        (size,,) = anchors.treeHead(NEIGHBOUR, LOG);
        assertEq(size, 0);
        send(NEIGHBOUR, LOG, 3, "root");
    }

    function test_AdvancesAndEmits() external {
        bytes32 digest = anchors.digest(COMMUNITY, LOG, 7, "root", DEADLINE);
        vm.expectEmit(address(anchors));
        emit IAnchors.TreeHeadAnchored(1, COMMUNITY, LOG, 7, "root", DEADLINE, sign(COMMUNITY, digest));
        send(COMMUNITY, LOG, 7, "root");
        assertEq(anchors.count(), 1);
        assertEq(anchors.head(), fold(0, digest));
    }
}
