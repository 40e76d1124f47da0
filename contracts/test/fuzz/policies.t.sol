// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { Basis, IPolicies } from "../../src/interfaces/IPolicies.sol";
import { FuzzTest } from "../helpers/FuzzTest.sol";

/// @notice Anybody sets any programme and any basis: it is done, or refused for the first reason that its interface names.
contract PoliciesFuzzTest is FuzzTest {
    function caller(uint8 by) private returns (address) {
        return by % 8 == 0 ? makeAddr("nobody") : governance;
    }

    struct Setting {
        uint16 id;
        uint32 version;
        bool active;
        uint8 limit;
        uint32 senior;
        uint32 seamless;
        bytes32 rulesHash;
    }

    function word(Setting memory s) private pure returns (uint256) {
        uint256 longest = uint256(s.senior) * 2 ** 64 + uint256(s.seamless) * 2 ** 96;
        return (s.active ? 1 : 0) + uint256(s.limit) * 2 + uint256(s.version) * 2 ** 32 + longest;
    }

    function testFuzz_SetProgramme(Setting memory s, uint8 by) external {
        if (by % 2 == 0) s.id %= 4;
        if (by % 3 > 0) s.version %= 4;
        (uint256 limits, bytes32 hash) = policies.programme(s.id);
        bytes4 expected;
        if (by % 8 == 0) expected = IPolicies.NotGovernance.selector;
        else if (s.id == 0) expected = IPolicies.ProgrammeInvalid.selector;
        else if (s.version != limits / 2 ** 32 % 2 ** 32 + 1) expected = IPolicies.VersionNotNext.selector;
        else if (s.limit > 31) expected = IPolicies.SeamlessLimitTooHigh.selector;
        if (expected == 0) (limits, hash) = (word(s), s.rulesHash);
        bytes memory data = abi.encodeCall(
            policies.setProgramme, (s.id, s.version, s.active, s.limit, s.senior, s.seamless, s.rulesHash)
        );
        attempt(address(policies), caller(by), data, expected);
        (uint256 limitsNow, bytes32 hashNow) = policies.programme(s.id);
        assertEq(limitsNow, limits);
        assertEq(hashNow, hash);
        assertEq(certifications.limits(s.id), limits, "the enforcer adopts them");
    }

    function testFuzz_Adopt(uint16 id, uint8 limit, address by) external {
        (id, limit) = (id % 5, limit % 32);
        vm.startPrank(governance);
        policies.setEnforcer(address(0));
        if (id > 2) policies.setProgramme(id, 1, true, limit, 1, 2, "rules");
        vm.stopPrank();
        (bytes32 head, uint256 count) = (certifications.head(), certifications.count());
        vm.prank(by);
        certifications.adopt(id);
        (uint256 known,) = policies.programme(id);
        assertEq(certifications.limits(id), known);
        assertEq(certifications.head(), head);
        assertEq(certifications.count(), count);
    }

    function testFuzz_SetEnforcer(address enforcer, uint8 by) external {
        bytes4 expected = by % 8 == 0 ? IPolicies.NotGovernance.selector : bytes4(0);
        attempt(address(policies), caller(by), abi.encodeCall(policies.setEnforcer, (enforcer)), expected);
        assertEq(policies.enforcer(), expected == 0 ? enforcer : address(certifications));
    }

    function testFuzz_Bases(Basis memory b, uint32 end, uint32 time, uint8 by) external {
        (b.provider, b.consumer) = (b.provider % 9, b.consumer % 9);
        if (by % 2 == 0) (b.validFrom, b.validUntil) = (NOW, b.validUntil % 2 == 0 ? NOW : NOW + 9);
        bytes4 expected;
        if (by % 8 == 0) expected = IPolicies.NotGovernance.selector;
        else if (b.provider % 8 == 0 || b.consumer % 8 == 0) expected = IPolicies.OrganisationUnknown.selector;
        else if (b.validFrom >= b.validUntil) expected = IPolicies.BasisWindowMalformed.selector;
        bytes memory data = abi.encodeCall(
            policies.addBasis, (b.provider, b.consumer, b.category, b.purpose, b.validFrom, b.validUntil, "law")
        );
        attempt(address(policies), caller(by), data, expected);
        Basis memory none;
        assertEq(abi.encode(policies.basis(1)), abi.encode(expected == 0 ? b : none));

        vm.warp(bound(time, NOW, type(uint32).max));
        if (by % 3 > 0) end = uint32(bound(end, block.timestamp - 2, block.timestamp + 2));
        bool added = expected == 0;
        if (by % 8 == 0) expected = IPolicies.NotGovernance.selector;
        else if (!added) expected = IPolicies.BasisUnknown.selector;
        else if (end < block.timestamp || b.validUntil <= end) expected = IPolicies.BasisEndNotAllowed.selector;
        attempt(address(policies), caller(by), abi.encodeCall(policies.endBasis, (1, end)), expected);
        if (expected == 0) b.validUntil = end;
        assertEq(abi.encode(policies.basis(1)), abi.encode(added ? b : none));
    }
}
