// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { SignedConsents } from "../../src/interfaces/IConsents.sol";
import { IEntries } from "../../src/interfaces/IEntries.sol";
import { ConsentStatus, Grantor } from "../../src/types/Codes.sol";
import { ConsentTest } from "../helpers/ConsentTest.sol";
import { Consent, Words } from "../helpers/Words.sol";

contract ConsentsRecordManyTest is ConsentTest {
    using Words for *;

    SignedConsents[] private batches;

    function add(bytes memory entries) private returns (bytes32) {
        batches.push(SignedConsents(DEADLINE, false, entries, signed(COMMUNITY, false, entries), ""));
        return consents.digest(DEADLINE, false, entries);
    }

    function given() private view returns (Consent memory) {
        return decided(COMMUNITY, ConsentStatus.GIVEN, Grantor.SELF);
    }

    function test_RecordsEachInOrder() external {
        bytes32 head = fold(fold(0, add(entry(tag(1), given().pack()))), add(entry(tag(2), given().pack())));
        vm.recordLogs();
        consents.recordMany(batches);
        assertEq(vm.getRecordedLogs().length, 2, "a batch recorded is not refused as well");
        assertEq(consents.count(), 2);
        assertEq(consents.head(), head);
        assertEq(consents.word(tag(2)).consent().status, ConsentStatus.GIVEN);
    }

    function test_ARefusedBatchHarmsNoOther() external {
        Consent memory wrong = given();
        wrong.revision = 5;
        add(entry(tag(1), given().pack()));
        bytes32 digest = add(entry(tag(2), wrong.pack()));
        add(entry(tag(3), given().pack()));
        vm.expectEmit(address(consents));
        emit IEntries.BatchRefused(
            1, digest, abi.encodeWithSelector(IEntries.RevisionNotNext.selector, 0, tag(2), 5, 1)
        );
        consents.recordMany(batches);
        assertEq(consents.count(), 2);
        assertEq(consents.word(tag(2)), 0);
        assertEq(consents.word(tag(3)).consent().revision, 1);
    }

    function test_RecordsAReviewedBatch() external {
        record(COMMUNITY, given());
        bytes memory entries = entry(TAG, decided(COMMUNITY, ConsentStatus.WITHDRAWN, Grantor.GUARDIAN).pack());
        batches.push(
            SignedConsents(DEADLINE, true, entries, signed(COMMUNITY, true, entries), review(SUBDISTRICT, entries))
        );
        consents.recordMany(batches);
        assertEq(current().status, ConsentStatus.WITHDRAWN);
    }

    function test_RevertWhen_GasTooLow() external {
        add(entry(tag(1), given().pack()));
        vm.expectPartialRevert(IEntries.GasTooLow.selector);
        consents.recordMany{ gas: 180_000 }(batches);
    }

    function test_TheAllowanceCoversTheDearestBatch() external {
        for (uint256 k = 0; k < 2; ++k) {
            uint256 n = k == 0 ? 1 : 400;
            bytes memory entries = entriesOf(1000 * (k + 1), n, given().pack());
            delete batches;
            batches.push(
                SignedConsents(DEADLINE, true, entries, signed(COMMUNITY, true, entries), review(SUBDISTRICT, entries))
            );
            vm.cool(address(consents));
            vm.cool(address(members));
            consents.recordMany(batches);
            assertEq(consents.word(tag(1000 * (k + 1))).consent().revision, 1);
        }
    }
}
