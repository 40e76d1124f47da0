// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { IMembers, OrganisationInput, SignerInput } from "../../src/interfaces/IMembers.sol";
import { MembersContract } from "../helpers/Contracts.sol";
import { FuzzTest } from "../helpers/FuzzTest.sol";

/// @notice Anybody changes the register in any way: it is done, or refused for the first reason that its interface names.
contract MembersFuzzTest is FuzzTest {
    /// @dev With those of `LedgerTest` five levels: TEAM is below GROUP, which is below COMMUNITY.
    uint24 private constant GROUP = 8;
    uint24 private constant TEAM = 9;
    /// @dev Levels above each organisation, by its id.
    uint8[10] private above = [0, 0, 1, 2, 2, 0, 1, 1, 3, 4];

    function setUp() public override {
        super.setUp();
        addOrganisation(GROUP, COMMUNITY, EVERY_ROLE);
        addOrganisation(TEAM, GROUP, EVERY_ROLE);
    }

    function exists(uint24 id) private pure returns (bool) {
        return 0 < id && id <= TEAM;
    }

    function word(uint24 parent, uint16 roles, bool active, address admin_) private pure returns (uint256) {
        return parent + uint256(roles) * 2 ** 20 + (active ? 2 ** 36 : 0) + uint256(uint160(admin_)) * 2 ** 96;
    }

    function parentRefusal(uint24 id, uint24 parent) private view returns (bytes4) {
        if (parent == 0) return 0;
        if (parent == id) return IMembers.ParentNotAllowed.selector;
        if (!exists(parent)) return IMembers.OrganisationUnknown.selector;
        bool ring = exists(id) && members.isWithin(parent, id);
        return ring || above[parent] == 4 ? IMembers.ParentNotAllowed.selector : bytes4(0);
    }

    function testFuzz_AddOrganisation(uint24 id, uint24 parent, uint16 roles, address admin_, uint8 by) external {
        if (by % 2 == 0) id %= 14;
        if (by % 5 != 0) parent %= 12;
        if (by % 7 == 0) admin_ = address(0);
        address caller = by % 11 == 0 ? admin(COMMUNITY) : governance;
        bytes4 expected;
        if (caller != governance) expected = MembersContract.OwnableUnauthorizedAccount.selector;
        else if (id == 0 || id >= 2 ** 20) expected = IMembers.OrganisationIdInvalid.selector;
        else if (exists(id)) expected = IMembers.OrganisationExists.selector;
        else if (admin_ == address(0)) expected = IMembers.AdminInvalid.selector;
        else expected = parentRefusal(id, parent);
        uint256 before = members.organisation(id);
        bytes memory data = abi.encodeCall(members.addOrganisation, (id, parent, roles, admin_, "name"));
        attempt(address(members), caller, data, expected);
        assertEq(members.organisation(id), expected == 0 ? word(parent, roles, true, admin_) : before);
    }

    function testFuzz_AddOrganisations(uint24 first, uint24 second) external {
        (first, second) = (first % 14, second % 14);
        OrganisationInput[] memory many = new OrganisationInput[](2);
        many[0] = OrganisationInput(first, COUNTY, 1, admin(first), "");
        many[1] = OrganisationInput(second, first, 2, admin(second), "");
        bytes4 expected;
        if (first == 0 || (second == 0 && !exists(first))) expected = IMembers.OrganisationIdInvalid.selector;
        else if (exists(first) || exists(second) || first == second) expected = IMembers.OrganisationExists.selector;
        attempt(address(members), governance, abi.encodeCall(members.addOrganisations, (many)), expected, 2);
        if (expected == 0) assertTrue(members.isWithin(second, COUNTY));
        else if (!exists(first)) assertEq(members.organisation(first), 0);
    }

    function testFuzz_ChangeOrganisation(uint24 id, uint24 parent, uint16 roles, bool active, uint8 by) external {
        id %= 11;
        if (by % 5 != 0) parent %= 12;
        address caller = by % 11 == 0 ? admin(id) : governance;
        bytes4 expected;
        if (caller != governance) expected = MembersContract.OwnableUnauthorizedAccount.selector;
        else if (!exists(id)) expected = IMembers.OrganisationUnknown.selector;
        else expected = parentRefusal(id, parent);
        uint256 changed = expected == 0 ? word(parent, roles, active, admin(id)) : members.organisation(id);
        uint256 key = members.signer(signer(id));
        if (expected == 0) key = key % 2 ** 128 + uint256(roles) * 2 ** 128 + (active ? 2 ** 144 : 0);
        uint24 other = id == COUNTY ? TEAM : COUNTY;
        uint256 otherKey = members.signer(signer(other));
        bytes memory data = abi.encodeCall(members.changeOrganisation, (id, parent, roles, active));
        attempt(address(members), caller, data, expected);
        assertEq(members.organisation(id), changed);
        assertEq(members.signer(signer(id)), key, "its keys' words follow");
        assertEq(members.signer(signer(other)), otherKey, "no other's do");
    }

    function testFuzz_SetAdmin(uint24 id, address admin_, uint8 by) external {
        id %= 11;
        if (by % 7 == 0) admin_ = address(0);
        address caller = callerOf(by, id);
        bytes4 expected;
        if (!exists(id)) expected = IMembers.OrganisationUnknown.selector;
        else if (by % 3 == 2) expected = IMembers.NotAdmin.selector;
        else if (admin_ == address(0)) expected = IMembers.AdminInvalid.selector;
        uint256 before = members.organisation(id);
        attempt(address(members), caller, abi.encodeCall(members.setAdmin, (id, admin_)), expected);
        uint256 changed = before % 2 ** 96 + uint256(uint160(admin_)) * 2 ** 96;
        assertEq(members.organisation(id), expected == 0 ? changed : before);
    }

    function testFuzz_AddSigner(uint24 id, address key, uint32 from, uint32 until, uint8 by) external {
        id %= 11;
        if (by % 5 == 0) key = signer(uint24(1 + by % TEAM));
        if (by % 7 == 0) key = address(0);
        address caller = callerOf(by, id);
        bytes4 expected;
        if (!exists(id)) expected = IMembers.OrganisationUnknown.selector;
        else if (by % 3 == 2) expected = IMembers.NotAdmin.selector;
        else if (key == address(0)) expected = IMembers.SignerInvalid.selector;
        else if (members.signer(key) != 0) expected = IMembers.SignerExists.selector;
        else if (from >= until) expected = IMembers.SignerWindowMalformed.selector;
        uint256 word_ = members.signer(key);
        if (expected == 0) {
            uint256 roles = members.organisation(id) / 2 ** 20 % 2 ** 16;
            word_ = id + uint256(from) * 2 ** 32 + uint256(until) * 2 ** 64 + roles * 2 ** 128 + 2 ** 144;
        }
        attempt(address(members), caller, abi.encodeCall(members.addSigner, (id, key, from, until)), expected);
        assertEq(members.signer(key), word_);
    }

    function testFuzz_AddSigners(address first, address second, uint8 by) external {
        vm.assume(first != address(0) && second != address(0));
        vm.assume(members.signer(first) == 0 && members.signer(second) == 0);
        if (by % 5 == 0) second = first;
        SignerInput[] memory many = new SignerInput[](2);
        many[0] = SignerInput(COMMUNITY, first, NOW, NOW + 1);
        many[1] = SignerInput(by % 7 == 0 ? SUBDISTRICT : COMMUNITY, second, NOW, NOW + 1);
        bytes4 expected;
        if (by % 7 == 0) expected = IMembers.NotAdmin.selector;
        else if (first == second) expected = IMembers.SignerExists.selector;
        attempt(address(members), admin(COMMUNITY), abi.encodeCall(members.addSigners, (many)), expected, 2);
        assertEq(members.signer(first) == 0, expected != 0);
    }

    function testFuzz_EndSigner(uint24 id, uint32 until, uint8 by) external {
        id %= 11;
        if (by % 2 == 0) until = uint32(bound(until, NOW - 2, NOW + 2));
        address caller = callerOf(by, id);
        bytes4 expected;
        if (!exists(id)) expected = IMembers.SignerNotRegistered.selector;
        else if (by % 3 == 2) expected = IMembers.NotAdmin.selector;
        else if (until < NOW || NOW + YEAR <= until) expected = IMembers.SignerEndNotAllowed.selector;
        uint256 before = members.signer(signer(id));
        attempt(address(members), caller, abi.encodeCall(members.endSigner, (signer(id), until)), expected);
        if (expected == 0) before = before - uint256(NOW + YEAR) * 2 ** 64 + uint256(until) * 2 ** 64;
        assertEq(members.signer(signer(id)), before);
    }

    function testFuzz_DistrustSigner(uint24 id, uint32 since, uint32 earlier, uint8 by) external {
        id %= 11;
        if (by % 2 == 0) since = uint32(bound(since, NOW - 2, NOW + 2));
        if (by % 4 < 2) earlier = since > 1 && by % 5 > 0 ? since - 1 : since;
        address caller = callerOf(by, id);
        bytes4 expected;
        if (!exists(id)) expected = IMembers.SignerNotRegistered.selector;
        else if (by % 3 == 2) expected = IMembers.NotAdmin.selector;
        else if (since == 0 || since > NOW) expected = IMembers.DistrustNotAllowed.selector;
        uint256 before = members.signer(signer(id));
        attempt(address(members), caller, abi.encodeCall(members.distrustSigner, (signer(id), since)), expected);
        if (expected != 0) return;
        assertEq(members.signer(signer(id)), before + uint256(since) * 2 ** 96);
        if (earlier == 0 || earlier >= since) expected = IMembers.DistrustNotAllowed.selector;
        attempt(address(members), caller, abi.encodeCall(members.distrustSigner, (signer(id), earlier)), expected);
        assertEq(members.signer(signer(id)), before + uint256(expected == 0 ? earlier : since) * 2 ** 96);
    }

    function testFuzz_TransferOwnership(address to, address by, address accepts) external {
        vm.assume(to != governance && to != address(0) && accepts != address(0));
        if (uint160(by) % 2 == 0) by = governance;
        if (uint160(accepts) % 2 == 0) accepts = to;
        bytes4 refusal = MembersContract.OwnableUnauthorizedAccount.selector;
        bytes4 expected = by == governance ? bytes4(0) : refusal;
        attempt(address(members), by, abi.encodeCall(members.transferOwnership, (to)), expected, 0);
        expected = by == governance && accepts == to ? bytes4(0) : refusal;
        attempt(address(members), accepts, abi.encodeCall(members.acceptOwnership, ()), expected);
        assertEq(members.owner(), expected == 0 ? to : governance);
    }
}
