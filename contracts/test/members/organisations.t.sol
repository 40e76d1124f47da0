// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { IMembers, OrganisationInput } from "../../src/interfaces/IMembers.sol";
import { Role } from "../../src/types/Codes.sol";
import { OrganisationWord } from "../../src/types/OrganisationWord.sol";
import { SignerWord } from "../../src/types/SignerWord.sol";
import { MembersContract } from "../helpers/Contracts.sol";
import { LedgerTest } from "../helpers/LedgerTest.sol";

contract MembersOrganisationsTest is LedgerTest {
    uint24 private constant NEW = 50;
    address private constant ADMIN = address(0xAD);

    function add(uint24 id, uint24 parent) private {
        vm.prank(governance);
        members.addOrganisation(id, parent, 1, ADMIN, "name");
    }

    function refusedToAdd(uint24 id, uint24 parent, bytes memory reason) private {
        vm.expectRevert(reason);
        add(id, parent);
    }

    function word(uint24 id) private view returns (OrganisationWord) {
        return OrganisationWord.wrap(members.organisation(id));
    }

    function test_RevertWhen_CallerIsNotTheOwner() external {
        bytes memory reason = abi.encodeWithSelector(MembersContract.OwnableUnauthorizedAccount.selector, admin(COUNTY));
        vm.startPrank(admin(COUNTY));
        vm.expectRevert(reason);
        members.addOrganisation(NEW, COUNTY, 1, ADMIN, "");
        vm.expectRevert(reason);
        members.addOrganisations(new OrganisationInput[](0));
        vm.expectRevert(reason);
        members.changeOrganisation(COMMUNITY, COUNTY, 1, true);
    }

    function test_RevertWhen_IdInvalid() external {
        refusedToAdd(0, 0, abi.encodeWithSelector(IMembers.OrganisationIdInvalid.selector, 0));
        refusedToAdd(1 << 20, 0, abi.encodeWithSelector(IMembers.OrganisationIdInvalid.selector, 1 << 20));
        add((1 << 20) - 1, 0);
    }

    function test_RevertWhen_IdInUse() external {
        refusedToAdd(COMMUNITY, 0, abi.encodeWithSelector(IMembers.OrganisationExists.selector, COMMUNITY));
    }

    function test_RevertWhen_AdminInvalid() external {
        bytes memory reason = abi.encodeWithSelector(IMembers.AdminInvalid.selector, address(0));
        vm.startPrank(governance);
        vm.expectRevert(reason);
        members.addOrganisation(NEW, 0, 1, address(0), "");
        vm.expectRevert(reason);
        members.setAdmin(COMMUNITY, address(0));
    }

    function test_RevertWhen_ParentUnknown() external {
        refusedToAdd(NEW, 77, abi.encodeWithSelector(IMembers.OrganisationUnknown.selector, 77));
    }

    function test_RevertWhen_OrganisationUnknown() external {
        bytes memory reason = abi.encodeWithSelector(IMembers.OrganisationUnknown.selector, NEW);
        vm.startPrank(governance);
        vm.expectRevert(reason);
        members.changeOrganisation(NEW, 0, 1, true);
        vm.expectRevert(reason);
        members.setAdmin(NEW, ADMIN);
    }

    function test_RevertWhen_ThereWouldBeARing() external {
        vm.startPrank(governance);
        vm.expectRevert(abi.encodeWithSelector(IMembers.ParentNotAllowed.selector, COUNTY, COMMUNITY));
        members.changeOrganisation(COUNTY, COMMUNITY, 1, true);
        vm.expectRevert(abi.encodeWithSelector(IMembers.ParentNotAllowed.selector, COUNTY, COUNTY));
        members.changeOrganisation(COUNTY, COUNTY, 1, true);
    }

    function test_RevertWhen_FiveLevelsAbove() external {
        // COUNTY 1 > SUBDISTRICT 2 > COMMUNITY 3 > 50 > 51 has four above it.
        add(NEW, COMMUNITY);
        add(NEW + 1, NEW);
        refusedToAdd(NEW + 2, NEW + 1, abi.encodeWithSelector(IMembers.ParentNotAllowed.selector, NEW + 2, NEW + 1));
    }

    function test_AddsStoresAdvancesAndEmits() external {
        bytes32 digest =
            keccak256(abi.encode(IMembers.OrganisationAdded.selector, NEW, COMMUNITY, uint16(5), ADMIN, "name"));
        (uint64 count, bytes32 head) = (members.count(), members.head());
        vm.expectEmit(address(members));
        emit IMembers.OrganisationAdded(count + 1, NEW, COMMUNITY, 5, ADMIN, "name");
        vm.prank(governance);
        members.addOrganisation(NEW, COMMUNITY, 5, ADMIN, "name");
        assertEq(word(NEW).parent(), COMMUNITY);
        assertEq(word(NEW).roles(), 5);
        assertTrue(word(NEW).isActive());
        assertEq(word(NEW).admin(), ADMIN);
        assertEq(members.count(), count + 1);
        assertEq(members.head(), fold(head, digest));
    }

    function test_AddsManyOrNone() external {
        OrganisationInput[] memory many = new OrganisationInput[](2);
        many[0] = OrganisationInput(NEW, 0, 1, ADMIN, "a");
        many[1] = OrganisationInput(NEW + 1, NEW, 2, ADMIN, "b");
        vm.startPrank(governance);
        members.addOrganisations(many);
        assertEq(word(NEW + 1).parent(), NEW);
        many[0].id = NEW + 2;
        vm.expectRevert(abi.encodeWithSelector(IMembers.OrganisationExists.selector, NEW + 1));
        members.addOrganisations(many);
        assertFalse(word(NEW + 2).exists());
    }

    function test_ChangesKeepTheAdmin() external {
        bytes32 head = members.head();
        bytes32 digest =
            keccak256(abi.encode(IMembers.OrganisationChanged.selector, COMMUNITY, COUNTY, uint16(9), false));
        vm.expectEmit(address(members));
        emit IMembers.OrganisationChanged(members.count() + 1, COMMUNITY, COUNTY, 9, false);
        vm.prank(governance);
        members.changeOrganisation(COMMUNITY, COUNTY, 9, false);
        assertEq(word(COMMUNITY).parent(), COUNTY);
        assertEq(word(COMMUNITY).roles(), 9);
        assertFalse(word(COMMUNITY).isActive());
        assertEq(word(COMMUNITY).admin(), admin(COMMUNITY));
        assertEq(members.head(), fold(head, digest));
    }

    function test_ChangesReachEveryKey() external {
        vm.startPrank(governance);
        members.addSigner(COMMUNITY, address(77), NOW, NOW + 1);
        members.distrustSigner(address(77), NOW);
        members.changeOrganisation(COMMUNITY, COUNTY, 9, false);
        members.addSigner(COMMUNITY, address(78), NOW, NOW + 1);
        address[3] memory keys = [signer(COMMUNITY), address(77), address(78)];
        for (uint256 i = 0; i < 3; ++i) {
            assertEq(SignerWord.wrap(members.signer(keys[i])).roles(), 9);
            assertFalse(SignerWord.wrap(members.signer(keys[i])).isActive());
        }
        assertEq(SignerWord.wrap(members.signer(address(77))).distrustedSince(), NOW);
        members.changeOrganisation(COMMUNITY, COUNTY, uint16(Role.RECORDER), true);
        assertTrue(SignerWord.wrap(members.signer(address(77))).isActive());
        assertEq(SignerWord.wrap(members.signer(address(77))).roles(), Role.RECORDER);
        assertEq(SignerWord.wrap(members.signer(signer(NEIGHBOUR))).roles(), word(NEIGHBOUR).roles());
    }

    function test_TheOwnerOrTheAdminPassesTheAdminOn() external {
        bytes32 head = members.head();
        bytes32 digest = keccak256(abi.encode(IMembers.OrganisationAdminChanged.selector, COMMUNITY, ADMIN));
        vm.expectEmit(address(members));
        emit IMembers.OrganisationAdminChanged(members.count() + 1, COMMUNITY, ADMIN);
        vm.prank(admin(COMMUNITY));
        members.setAdmin(COMMUNITY, ADMIN);
        assertEq(members.head(), fold(head, digest));
        assertEq(word(COMMUNITY).admin(), ADMIN);
        assertEq(word(COMMUNITY).parent(), SUBDISTRICT);
        assertTrue(word(COMMUNITY).isActive());
        vm.prank(admin(COMMUNITY));
        vm.expectRevert(abi.encodeWithSelector(IMembers.NotAdmin.selector, admin(COMMUNITY), COMMUNITY));
        members.setAdmin(COMMUNITY, ADMIN);
        vm.prank(governance);
        members.setAdmin(COMMUNITY, admin(COMMUNITY));
        assertEq(word(COMMUNITY).admin(), admin(COMMUNITY));
    }

    function test_RevertWhen_AnotherSetsTheAdmin() external {
        vm.prank(admin(SUBDISTRICT));
        vm.expectRevert(abi.encodeWithSelector(IMembers.NotAdmin.selector, admin(SUBDISTRICT), COMMUNITY));
        members.setAdmin(COMMUNITY, ADMIN);
    }

    function test_IsWithinItselfAndFourLevelsUp() external {
        add(NEW, COMMUNITY);
        add(NEW + 1, NEW);
        uint24[5] memory chain = [NEW + 1, NEW, COMMUNITY, SUBDISTRICT, COUNTY];
        for (uint256 low = 0; low < 5; ++low) {
            for (uint256 high = 0; high < 5; ++high) {
                assertEq(members.isWithin(chain[low], chain[high]), low <= high);
            }
        }
        assertFalse(members.isWithin(NEIGHBOUR, COMMUNITY));
        assertFalse(members.isWithin(COMMUNITY, HOSPITAL));
        assertFalse(members.isWithin(0, 0));
        assertFalse(members.isWithin(COMMUNITY, 0));
        assertFalse(members.isWithin(0, COMMUNITY));
        // A subtree hung lower is seen as far as four levels up.
        vm.prank(governance);
        members.changeOrganisation(COUNTY, HOSPITAL, 1, true);
        assertTrue(members.isWithin(NEW, HOSPITAL));
        assertFalse(members.isWithin(NEW + 1, HOSPITAL));
    }
}
