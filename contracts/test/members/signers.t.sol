// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { IMembers, SignerInput } from "../../src/interfaces/IMembers.sol";
import { SignerWord } from "../../src/types/SignerWord.sol";
import { LedgerTest } from "../helpers/LedgerTest.sol";

contract MembersSignersTest is LedgerTest {
    address private constant KEY = address(0x5160);

    function add(address key, uint32 from, uint32 until) private {
        vm.prank(admin(COMMUNITY));
        members.addSigner(COMMUNITY, key, from, until);
    }

    function word(address key) private view returns (SignerWord) {
        return SignerWord.wrap(members.signer(key));
    }

    function test_RevertWhen_NotAdmin() external {
        bytes memory reason = abi.encodeWithSelector(IMembers.NotAdmin.selector, admin(SUBDISTRICT), COMMUNITY);
        address key = signer(COMMUNITY);
        vm.startPrank(admin(SUBDISTRICT));
        vm.expectRevert(reason);
        members.addSigner(COMMUNITY, KEY, NOW, NOW + 1);
        vm.expectRevert(reason);
        members.endSigner(key, NOW);
        vm.expectRevert(reason);
        members.distrustSigner(key, NOW);
        SignerInput[] memory many = new SignerInput[](1);
        many[0] = SignerInput(COMMUNITY, KEY, NOW, NOW + 1);
        vm.expectRevert(reason);
        members.addSigners(many);
    }

    function test_RevertWhen_OrganisationUnknown() external {
        vm.prank(governance);
        vm.expectRevert(abi.encodeWithSelector(IMembers.OrganisationUnknown.selector, 77));
        members.addSigner(77, KEY, NOW, NOW + 1);
    }

    function test_RevertWhen_SignerInvalid() external {
        vm.expectRevert(abi.encodeWithSelector(IMembers.SignerInvalid.selector, address(0)));
        add(address(0), NOW, NOW + 1);
    }

    function test_RevertWhen_SignerExists() external {
        bytes memory reason = abi.encodeWithSelector(IMembers.SignerExists.selector, signer(NEIGHBOUR), NEIGHBOUR);
        vm.expectRevert(reason);
        add(signer(NEIGHBOUR), NOW, NOW + 1);
    }

    function test_RevertWhen_SignerWindowMalformed() external {
        vm.expectRevert(abi.encodeWithSelector(IMembers.SignerWindowMalformed.selector, KEY, NOW, NOW));
        add(KEY, NOW, NOW);
        add(KEY, NOW, NOW + 1);
    }

    function test_RevertWhen_TooManySigners() external {
        for (uint160 i = 1; i < 256; ++i) {
            add(address(uint160(KEY) + i), NOW, NOW + 1);
        }
        vm.expectRevert(abi.encodeWithSelector(IMembers.TooManySigners.selector, COMMUNITY, 256));
        add(KEY, NOW, NOW + 1);
        vm.prank(governance);
        members.changeOrganisation{ gas: 2_000_000 }(COMMUNITY, 0, 1, false);
    }

    function test_AddsStoresAdvancesAndEmits() external {
        bytes32 digest = keccak256(abi.encode(IMembers.SignerAdded.selector, KEY, COMMUNITY, NOW, NOW + 9));
        (uint64 count, bytes32 head) = (members.count(), members.head());
        vm.expectEmit(address(members));
        emit IMembers.SignerAdded(count + 1, KEY, COMMUNITY, NOW, NOW + 9);
        vm.prank(governance);
        members.addSigner(COMMUNITY, KEY, NOW, NOW + 9);
        assertEq(word(KEY).organisation(), COMMUNITY);
        assertEq(word(KEY).validFrom(), NOW);
        assertEq(word(KEY).validUntil(), NOW + 9);
        assertEq(word(KEY).distrustedSince(), 0);
        assertEq(word(KEY).roles(), word(signer(COMMUNITY)).roles());
        assertTrue(word(KEY).isActive());
        assertEq(members.count(), count + 1);
        assertEq(members.head(), fold(head, digest));
    }

    function test_AddsManyOrNone() external {
        SignerInput[] memory many = new SignerInput[](2);
        many[0] = SignerInput(COMMUNITY, address(1), NOW, NOW + 1);
        many[1] = SignerInput(NEIGHBOUR, address(2), NOW, NOW + 1);
        vm.startPrank(governance);
        members.addSigners(many);
        assertEq(word(address(2)).organisation(), NEIGHBOUR);
        many[0].signer = address(3);
        vm.expectRevert(abi.encodeWithSelector(IMembers.SignerExists.selector, address(2), NEIGHBOUR));
        members.addSigners(many);
        assertFalse(word(address(3)).exists());
    }

    // --- ending ----------------------------------------------------------------------------------------------------------

    function test_RevertWhen_NotRegistered() external {
        vm.startPrank(governance);
        vm.expectRevert(abi.encodeWithSelector(IMembers.SignerNotRegistered.selector, KEY));
        members.endSigner(KEY, NOW);
        vm.expectRevert(abi.encodeWithSelector(IMembers.SignerNotRegistered.selector, KEY));
        members.distrustSigner(KEY, NOW);
    }

    function test_RevertWhen_EndNotAllowed() external {
        uint32[4] memory ends = [NOW - 1, NOW + 9, NOW + 10, 0];
        add(KEY, NOW, NOW + 9);
        for (uint256 i = 0; i < 4; ++i) {
            vm.prank(governance);
            vm.expectRevert(abi.encodeWithSelector(IMembers.SignerEndNotAllowed.selector, KEY, ends[i], NOW, NOW + 9));
            members.endSigner(KEY, ends[i]);
        }
    }

    function test_EndsAKeySooner() external {
        add(KEY, NOW - 5, NOW + 9);
        bytes32 head = members.head();
        bytes32 digest = keccak256(abi.encode(IMembers.SignerEnded.selector, KEY, NOW));
        vm.expectEmit(address(members));
        emit IMembers.SignerEnded(members.count() + 1, KEY, NOW);
        vm.prank(admin(COMMUNITY));
        members.endSigner(KEY, NOW);
        assertEq(word(KEY).validFrom(), NOW - 5);
        assertEq(word(KEY).validUntil(), NOW);
        assertEq(members.head(), fold(head, digest));
    }

    // --- distrusting -----------------------------------------------------------------------------------------------------

    function refusedToDistrust(uint32 since, uint256 latest) private {
        vm.prank(governance);
        vm.expectRevert(abi.encodeWithSelector(IMembers.DistrustNotAllowed.selector, KEY, since, latest));
        members.distrustSigner(KEY, since);
    }

    function test_RevertWhen_DistrustNotAllowed() external {
        add(KEY, NOW, NOW + 9);
        refusedToDistrust(0, NOW);
        refusedToDistrust(NOW + 1, NOW);
        vm.prank(governance);
        members.distrustSigner(KEY, NOW - 5);
        refusedToDistrust(NOW - 5, NOW - 6);
        refusedToDistrust(NOW, NOW - 6);
        refusedToDistrust(0, NOW - 6);
    }

    function test_DistrustsAKeyEverEarlier() external {
        add(KEY, NOW, NOW + 9);
        bytes32 head = members.head();
        bytes32 digest = keccak256(abi.encode(IMembers.SignerDistrusted.selector, KEY, NOW));
        vm.expectEmit(address(members));
        emit IMembers.SignerDistrusted(members.count() + 1, KEY, NOW);
        vm.startPrank(admin(COMMUNITY));
        members.distrustSigner(KEY, NOW);
        assertEq(members.head(), fold(head, digest));
        assertEq(word(KEY).distrustedSince(), NOW);
        members.distrustSigner(KEY, NOW - 1);
        assertEq(word(KEY).distrustedSince(), NOW - 1);
        members.distrustSigner(KEY, NOW - 2);
        assertEq(word(KEY).distrustedSince(), NOW - 2);
        assertEq(word(KEY).roles(), word(signer(COMMUNITY)).roles());
        assertEq(word(KEY).validUntil(), NOW + 9);
    }
}
