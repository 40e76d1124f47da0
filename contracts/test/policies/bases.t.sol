// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { Basis, IPolicies } from "../../src/interfaces/IPolicies.sol";
import { LedgerTest } from "../helpers/LedgerTest.sol";

contract PoliciesBasesTest is LedgerTest {
    function add(uint24 provider, uint24 consumer, uint32 from, uint32 until) private returns (uint32) {
        vm.prank(governance);
        return policies.addBasis(provider, consumer, 3, 4, from, until, "law");
    }

    function test_RevertWhen_CallerDoesNotGovern() external {
        bytes memory reason = abi.encodeWithSelector(IPolicies.NotGovernance.selector, address(this));
        vm.expectRevert(reason);
        policies.addBasis(COUNTY, HOSPITAL, 1, 1, NOW, NOW + 1, "");
        vm.expectRevert(reason);
        policies.endBasis(1, NOW);
    }

    function test_RevertWhen_OrganisationUnknown() external {
        bytes memory reason = abi.encodeWithSelector(IPolicies.OrganisationUnknown.selector, 77);
        vm.expectRevert(reason);
        add(77, HOSPITAL, NOW, NOW + 1);
        vm.expectRevert(reason);
        add(HOSPITAL, 77, NOW, NOW + 1);
    }

    function test_RevertWhen_WindowMalformed() external {
        vm.expectRevert(abi.encodeWithSelector(IPolicies.BasisWindowMalformed.selector, NOW, NOW));
        add(COUNTY, HOSPITAL, NOW, NOW);
    }

    function test_AddsStoresAdvancesAndEmits() external {
        assertEq(add(COUNTY, HOSPITAL, NOW, NOW + 1), 1);
        bytes32 digest = keccak256(
            abi.encode(
                IPolicies.BasisAdded.selector, uint32(2), HOSPITAL, COUNTY, uint16(3), uint16(4), NOW, NOW + 9, "law"
            )
        );
        (uint64 count, bytes32 head) = (policies.count(), policies.head());
        vm.expectEmit(address(policies));
        emit IPolicies.BasisAdded(count + 1, 2, HOSPITAL, COUNTY, 3, 4, NOW, NOW + 9, "law");
        assertEq(add(HOSPITAL, COUNTY, NOW, NOW + 9), 2);
        Basis memory stored = policies.basis(2);
        assertEq(abi.encode(stored), abi.encode(Basis(HOSPITAL, COUNTY, 3, 4, NOW, NOW + 9)));
        assertEq(policies.count(), count + 1);
        assertEq(policies.head(), fold(head, digest));
        assertEq(policies.basis(3).validUntil, 0);
    }

    function test_RevertWhen_BasisUnknown() external {
        vm.prank(governance);
        vm.expectRevert(abi.encodeWithSelector(IPolicies.BasisUnknown.selector, 1));
        policies.endBasis(1, NOW);
    }

    function test_RevertWhen_EndNotAllowed() external {
        add(COUNTY, HOSPITAL, NOW, NOW + 9);
        uint32[3] memory ends = [NOW - 1, NOW + 9, NOW + 10];
        for (uint256 i = 0; i < 3; ++i) {
            vm.prank(governance);
            vm.expectRevert(abi.encodeWithSelector(IPolicies.BasisEndNotAllowed.selector, 1, ends[i], NOW, NOW + 9));
            policies.endBasis(1, ends[i]);
        }
    }

    function test_EndsABasisSooner() external {
        add(COUNTY, HOSPITAL, NOW - 9, NOW + 9);
        bytes32 head = policies.head();
        bytes32 digest = keccak256(abi.encode(IPolicies.BasisEnded.selector, uint32(1), NOW));
        vm.expectEmit(address(policies));
        emit IPolicies.BasisEnded(policies.count() + 1, 1, NOW);
        vm.prank(governance);
        policies.endBasis(1, NOW);
        assertEq(policies.basis(1).validUntil, NOW);
        assertEq(policies.basis(1).validFrom, NOW - 9);
        assertEq(policies.head(), fold(head, digest));
    }
}
