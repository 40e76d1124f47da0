// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { IMembers } from "../../src/interfaces/IMembers.sol";
import { MembersContract } from "../helpers/Contracts.sol";
import { LedgerTest } from "../helpers/LedgerTest.sol";

contract MembersGovernanceTest is LedgerTest {
    address private constant NEXT = address(0x5AFE);

    function digest(address from, address to) private pure returns (bytes32) {
        return keccak256(abi.encode(IMembers.GovernanceTransferred.selector, from, to));
    }

    function test_JournalsItsFirstOwner() external {
        MembersContract fresh = MembersContract(deployCode("Members.sol:Members", abi.encode(NEXT)));
        assertEq(fresh.owner(), NEXT);
        assertEq(fresh.count(), 1);
        assertEq(fresh.head(), fold(0, digest(address(0), NEXT)));
    }

    function test_AnOfferChangesNothing() external {
        bytes32 head = members.head();
        vm.prank(governance);
        members.transferOwnership(NEXT);
        assertEq(members.owner(), governance);
        assertEq(members.pendingOwner(), NEXT);
        assertEq(members.head(), head);
    }

    function test_PassesWhenAccepted() external {
        bytes32 head = members.head();
        vm.prank(governance);
        members.transferOwnership(NEXT);
        vm.expectEmit(address(members));
        emit IMembers.GovernanceTransferred(members.count() + 1, governance, NEXT);
        vm.prank(NEXT);
        members.acceptOwnership();
        assertEq(members.owner(), NEXT);
        assertEq(members.head(), fold(head, digest(governance, NEXT)));
        vm.prank(governance);
        vm.expectRevert(abi.encodeWithSelector(MembersContract.OwnableUnauthorizedAccount.selector, governance));
        members.changeOrganisation(COUNTY, 0, 1, true);
    }

    function test_RevertWhen_AnotherAccepts() external {
        vm.prank(governance);
        members.transferOwnership(NEXT);
        vm.expectRevert(abi.encodeWithSelector(MembersContract.OwnableUnauthorizedAccount.selector, address(this)));
        members.acceptOwnership();
    }

    function test_RevertWhen_Renounced() external {
        vm.prank(governance);
        vm.expectRevert(IMembers.GovernanceNotRenounceable.selector);
        members.renounceOwnership();
        assertEq(members.owner(), governance);
    }
}
