// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { IPolicies } from "../../src/interfaces/IPolicies.sol";
import { ProgrammeWord } from "../../src/types/ProgrammeWord.sol";
import { CertificationsContract } from "../helpers/Contracts.sol";
import { LedgerTest } from "../helpers/LedgerTest.sol";

contract PoliciesProgrammesTest is LedgerTest {
    uint16 private constant NEW = 50;

    function set(uint16 id, uint32 version, uint8 seamlessLimit) private {
        vm.prank(governance);
        policies.setProgramme(id, version, true, seamlessLimit, 11, 22, "hash");
    }

    function word(uint16 id) private view returns (ProgrammeWord) {
        (uint256 bits,) = policies.programme(id);
        return ProgrammeWord.wrap(bits);
    }

    function test_RevertWhen_CallerDoesNotGovern() external {
        bytes memory reason = abi.encodeWithSelector(IPolicies.NotGovernance.selector, admin(COUNTY));
        vm.startPrank(admin(COUNTY));
        vm.expectRevert(reason);
        policies.setProgramme(NEW, 1, true, 1, 1, 1, "");
        vm.expectRevert(reason);
        policies.setEnforcer(address(1));
    }

    function test_RevertWhen_ProgrammeInvalid() external {
        vm.expectRevert(abi.encodeWithSelector(IPolicies.ProgrammeInvalid.selector, 0));
        set(0, 1, 1);
    }

    function test_RevertWhen_VersionNotNext() external {
        vm.expectRevert(abi.encodeWithSelector(IPolicies.VersionNotNext.selector, NEW, 2, 1));
        set(NEW, 2, 1);
        set(NEW, 1, 1);
        vm.expectRevert(abi.encodeWithSelector(IPolicies.VersionNotNext.selector, NEW, 1, 2));
        set(NEW, 1, 1);
        set(NEW, 2, 1);
    }

    function test_RevertWhen_SeamlessLimitTooHigh() external {
        vm.expectRevert(abi.encodeWithSelector(IPolicies.SeamlessLimitTooHigh.selector, 32, 31));
        set(NEW, 1, 32);
        set(NEW, 1, 31);
        assertEq(word(NEW).seamlessLimit(), 31);
    }

    function test_StoresAdvancesAndEmits() external {
        bytes32 digest = keccak256(
            abi.encode(
                IPolicies.ProgrammeSet.selector, NEW, uint32(1), true, uint8(7), uint32(11), uint32(22), bytes32("hash")
            )
        );
        (uint64 count, bytes32 head) = (policies.count(), policies.head());
        vm.expectEmit(address(policies));
        emit IPolicies.ProgrammeSet(count + 1, NEW, 1, true, 7, 11, 22, "hash");
        set(NEW, 1, 7);
        (, bytes32 rulesHash) = policies.programme(NEW);
        assertEq(rulesHash, "hash");
        assertTrue(word(NEW).isActive());
        assertEq(word(NEW).seamlessLimit(), 7);
        assertEq(word(NEW).version(), 1);
        assertEq(word(NEW).longestSenior(), 11);
        assertEq(word(NEW).longestSeamless(), 22);
        assertEq(policies.count(), count + 1);
        assertEq(policies.head(), fold(head, digest));
    }

    function test_TheEnforcerAdopts() external {
        set(NEW, 1, 7);
        assertEq(certifications.limits(NEW), word(NEW).raw());
        vm.prank(governance);
        policies.setProgramme(NEW, 2, false, 1, 2, 3, "other");
        assertEq(certifications.limits(NEW), word(NEW).raw());
        assertFalse(word(NEW).isActive());
    }

    function test_SetsAProgrammeWithoutAnEnforcer() external {
        vm.prank(governance);
        policies.setEnforcer(address(0));
        set(NEW, 1, 7);
        assertEq(word(NEW).version(), 1);
        assertEq(certifications.limits(NEW), 0);
    }

    function test_NamesAnEnforcer() external {
        CertificationsContract successor = newCertifications(address(0), 0, 0);
        bytes32 head = policies.head();
        bytes32 digest = keccak256(abi.encode(IPolicies.EnforcerSet.selector, successor));
        vm.expectEmit(address(policies));
        emit IPolicies.EnforcerSet(policies.count() + 1, address(successor));
        vm.prank(governance);
        policies.setEnforcer(address(successor));
        assertEq(policies.enforcer(), address(successor));
        assertEq(policies.head(), fold(head, digest));
        assertEq(successor.limits(PROGRAMME), 0);
        successor.adopt(PROGRAMME);
        assertEq(successor.limits(PROGRAMME), word(PROGRAMME).raw());
        set(PROGRAMME, 2, 9);
        assertEq(successor.limits(PROGRAMME), word(PROGRAMME).raw());
    }

    function test_AdoptingAnUnknownProgrammeKeepsItUnknown() external {
        certifications.adopt(UNKNOWN_PROGRAMME);
        assertEq(certifications.limits(UNKNOWN_PROGRAMME), 0);
    }
}
