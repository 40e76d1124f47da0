// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { Vm } from "forge-std/Vm.sol";

import { SignedCertifications } from "../../src/interfaces/ICertifications.sol";
import { IEntries } from "../../src/interfaces/IEntries.sol";
import { IMembers } from "../../src/interfaces/IMembers.sol";
import { Role, Scheme } from "../../src/types/Codes.sol";
import { CertificationTest } from "../helpers/CertificationTest.sol";
import { Certification, Words } from "../helpers/Words.sol";

contract CertificationsRecordManyTest is CertificationTest {
    using Words for *;

    SignedCertifications[] private batches;

    function add(uint24 organisation, uint256 scheme, bytes memory entries) private returns (bytes32 digest) {
        digest = certifications.digest(PROGRAMME, uint8(scheme), DEADLINE, entries);
        batches.push(SignedCertifications(PROGRAMME, uint8(scheme), DEADLINE, entries, sign(organisation, digest)));
    }

    function addFirst(uint256 number) private returns (bytes32) {
        return add(COMMUNITY, Scheme.SENIOR, entry(tag(number), seen(currentOf(tag(number)), COMMUNITY).pack()));
    }

    function addStale(uint256 number) private returns (bytes32, bytes memory) {
        Certification memory next = seen(currentOf(tag(number)), COMMUNITY);
        next.revision = 9;
        return (
            add(COMMUNITY, Scheme.SENIOR, entry(tag(number), next.pack())),
            abi.encodeWithSelector(IEntries.RevisionNotNext.selector, 0, tag(number), 9, 1)
        );
    }

    function assertRecorded(uint256 number, uint256 revision) private view {
        assertEq(currentOf(tag(number)).revision, revision);
    }

    function test_ChangesNothingWithoutBatches() external {
        certifications.recordMany(batches);
        assertEq(certifications.count(), 0);
    }

    function test_RecordsEachInOrder() external {
        bytes32 head = fold(fold(0, addFirst(1)), addFirst(2));
        vm.recordLogs();
        certifications.recordMany(batches);
        assertEq(vm.getRecordedLogs().length, 2, "a batch recorded is not refused as well");
        assertRecorded(1, 1);
        assertRecorded(2, 1);
        assertEq(certifications.count(), 2);
        assertEq(certifications.head(), head);
    }

    function test_ARefusedBatchHarmsNoOther() external {
        addFirst(1);
        (bytes32 digest, bytes memory reason) = addStale(2);
        addFirst(3);
        vm.expectEmit(address(certifications));
        emit IEntries.BatchRefused(1, digest, reason);
        certifications.recordMany(batches);
        assertRecorded(1, 1);
        assertRecorded(2, 0);
        assertRecorded(3, 1);
        assertEq(certifications.count(), 2);
    }

    function test_RecordsABatchThatDependsOnOneBefore() external {
        Certification memory first = seen(current(), COMMUNITY);
        add(COMMUNITY, Scheme.SENIOR, entry(TAG, first.pack()));
        add(COMMUNITY, Scheme.SENIOR, entry(TAG, seen(first, COMMUNITY).pack()));
        certifications.recordMany(batches);
        assertEq(current().revision, 2);
    }

    function test_ABatchThatUsesUpItsGasHarmsNoOther() external {
        // Nothing in the contract burns gas, so a register that does stands in for what a later fork may make dear.
        addFirst(1);
        Certification memory other = seen(currentOf(tag(1)), COMMUNITY);
        vm.prank(governance);
        members.changeOrganisation(COUNTY, 0, uint16(Role.CERTIFIER), true);
        bytes32 digest = add(COUNTY, Scheme.SENIOR, entry(tag(1), seen(other, COUNTY).pack()));
        addFirst(2);
        BurnsGas burner = new BurnsGas();
        vm.mockFunction(address(members), address(burner), abi.encodeWithSelector(IMembers.isWithin.selector));
        vm.expectEmit(address(certifications));
        emit IEntries.BatchRefused(1, digest, "");
        certifications.recordMany(batches);
        assertRecorded(1, 1);
        assertRecorded(2, 1);
    }

    function test_ReportsTheFirst512BytesOfAReason() external {
        addFirst(1);
        bytes memory long = new bytes(100_000);
        for (uint256 i = 0; i < 1000; ++i) {
            long[i] = 0x2a;
        }
        vm.mockCallRevert(address(members), abi.encodeWithSelector(IMembers.signer.selector), long);
        vm.recordLogs();
        certifications.recordMany(batches);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        (, bytes memory reason) = abi.decode(logs[0].data, (bytes32, bytes));
        assertEq(reason.length, 512);
        for (uint256 i = 0; i < 512; ++i) {
            assertEq(reason[i], long[i]);
        }
    }

    function test_AShortReasonIsWhole() external {
        addFirst(1);
        vm.mockCallRevert(address(members), abi.encodeWithSelector(IMembers.signer.selector), hex"010203");
        vm.expectEmit(address(certifications));
        emit IEntries.BatchRefused(0, certifications.digest(PROGRAMME, 1, DEADLINE, batches[0].entries), hex"010203");
        certifications.recordMany(batches);
    }

    function test_RevertWhen_GasTooLow() external {
        addFirst(1);
        addFirst(2);
        bytes memory call = abi.encodeCall(certifications.recordMany, (batches));
        uint256 snapshot = vm.snapshotState();
        for (uint256 gas = 30_000; gas < 500_000; gas += 5000) {
            (bool succeeded, bytes memory reason) = address(certifications).call{ gas: gas }(call);
            if (succeeded) {
                // Enough to try both is enough for both.
                assertEq(certifications.count(), 2, "a batch was starved");
                vm.revertToState(snapshot);
                continue;
            }
            assertTrue(reason.length == 0 || bytes4(reason) == IEntries.GasTooLow.selector);
        }
        (, bytes memory refusal) = address(certifications).call{ gas: 180_000 }(call);
        (uint256 index, uint256 got, uint256 expected) =
            abi.decode(withoutSelector(refusal), (uint256, uint256, uint256));
        assertEq(index, 0);
        assertLt(got, 180_000);
        // For a batch and its entry; what a call keeps back, a 63rd of that; for the report.
        assertEq(expected, 130_000 + 2063 + 60_000);
    }

    function withoutSelector(bytes memory reason) private pure returns (bytes memory arguments) {
        assertTrue(bytes4(reason) == IEntries.GasTooLow.selector);
        arguments = new bytes(reason.length - 4);
        for (uint256 i = 0; i < arguments.length; ++i) {
            arguments[i] = reason[i + 4];
        }
    }

    function test_TheAllowanceCoversTheDearestBatch() external {
        // Four levels below the one that hands over, between organisations that nobody has looked at before.
        addOrganisation(11, SUBDISTRICT, Role.CERTIFIER);
        addOrganisation(12, 11, Role.CERTIFIER);
        addOrganisation(13, 12, Role.CERTIFIER);
        addOrganisation(14, 12, Role.CERTIFIER);
        for (uint256 k = 0; k < 2; ++k) {
            uint256 n = k == 0 ? 1 : 400;
            uint256 number = 10_000 * (k + 1);
            Certification memory next = seen(currentOf(tag(number)), 13);
            assertDearestIsRecorded(13, Scheme.SENIOR, number, n, next);
            next = withOrganisation(currentOf(tag(number)), 14);
            assertDearestIsRecorded(COUNTY, Scheme.NONE, number, n, next);
        }
    }

    function assertDearestIsRecorded(
        uint24 organisation,
        uint256 scheme,
        uint256 number,
        uint256 n,
        Certification memory next
    ) private {
        delete batches;
        add(organisation, scheme, entriesOf(number, n, next.pack()));
        vm.cool(address(certifications));
        vm.cool(address(members));
        certifications.recordMany(batches);
        assertRecorded(number + n - 1, next.revision);
    }
}

contract BurnsGas {
    fallback() external {
        while (true) { }
    }
}
