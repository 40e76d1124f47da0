// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { IConsents } from "../../src/interfaces/IConsents.sol";
import { IEntries } from "../../src/interfaces/IEntries.sol";
import { IJournal } from "../../src/interfaces/IJournal.sol";
import { ISigned } from "../../src/interfaces/ISigned.sol";
import { ConsentStatus, Grantor, Role } from "../../src/types/Codes.sol";
import { ConsentTest } from "../helpers/ConsentTest.sol";
import { Consent, Words } from "../helpers/Words.sol";

/// @notice The batch as a whole; who may decide what is in record.decision.
contract ConsentsRecordTest is ConsentTest {
    using Words for *;

    uint256 private fresh;
    bytes private entries;
    bytes private signature;

    function setUp() public override {
        super.setUp();
        fresh = decided(COMMUNITY, ConsentStatus.GIVEN, Grantor.SELF).pack();
        entries = entry(TAG, fresh);
        signature = signed(COMMUNITY, false, entries);
    }

    function send() private {
        consents.record(DEADLINE, false, entries, signature, "");
    }

    function test_RevertGiven_Sealed() external {
        vm.prank(governance);
        consents.seal(address(1));
        vm.expectRevert(abi.encodeWithSelector(IJournal.JournalNotOpen.selector, 2));
        send();
    }

    function test_RevertGiven_ImportNotComplete() external {
        consents = newConsents(address(1), "root", 1);
        vm.expectRevert(abi.encodeWithSelector(IJournal.JournalNotOpen.selector, 1));
        send();
    }

    function test_RevertWhen_EntriesMalformed() external {
        uint256[4] memory lengths = [uint256(0), 95, 97, 1001 * 96];
        for (uint256 i = 0; i < lengths.length; ++i) {
            entries = new bytes(lengths[i]);
            vm.expectRevert(abi.encodeWithSelector(IEntries.EntriesMalformed.selector, lengths[i]));
            send();
        }
    }

    function test_RevertWhen_DeadlinePassed() external {
        vm.warp(DEADLINE + 1);
        vm.expectRevert(abi.encodeWithSelector(ISigned.DeadlinePassed.selector, DEADLINE, DEADLINE + 1));
        send();
        vm.warp(DEADLINE);
        send();
    }

    function test_RevertWhen_AnythingSignedWasChanged() external {
        vm.expectPartialRevert(ISigned.SignerUnknown.selector);
        consents.record(DEADLINE + 1, false, entries, signature, "");
        vm.expectPartialRevert(ISigned.SignerUnknown.selector);
        consents.record(DEADLINE, true, entries, signature, "");
        entries[95] ^= 0x01;
        vm.expectPartialRevert(ISigned.SignerUnknown.selector);
        send();
    }

    function test_RevertWhen_KeyNotRegistered() external {
        signature = signWith(42, consents.digest(DEADLINE, false, entries));
        vm.expectRevert(abi.encodeWithSelector(ISigned.SignerUnknown.selector, vm.addr(42)));
        send();
    }

    // --- review ----------------------------------------------------------------------------------------------------------

    function test_RevertWhen_ReviewNotExpected() external {
        vm.expectRevert(abi.encodeWithSelector(IConsents.ReviewNotExpected.selector, 1));
        consents.record(DEADLINE, false, entries, signature, "x");
    }

    function test_RevertWhen_ReviewIsOfAnotherBatchOrKey() external {
        signature = signed(COMMUNITY, true, entries);
        bytes memory other = review(SUBDISTRICT, bytes.concat(entries, entries));
        vm.expectPartialRevert(ISigned.SignerUnknown.selector);
        consents.record(DEADLINE, true, entries, signature, other);
        // The signature on the batch is none on its review.
        other = sign(SUBDISTRICT, consents.digest(DEADLINE, true, entries));
        vm.expectPartialRevert(ISigned.SignerUnknown.selector);
        consents.record(DEADLINE, true, entries, signature, other);
    }

    function test_RevertWhen_ReviewerMayNotSign() external {
        vm.prank(governance);
        members.distrustSigner(signer(SUBDISTRICT), NOW);
        signature = signed(COMMUNITY, true, entries);
        bytes memory reviewed = review(SUBDISTRICT, entries);
        vm.expectRevert(abi.encodeWithSelector(ISigned.SignerDistrusted.selector, signer(SUBDISTRICT), NOW));
        consents.record(DEADLINE, true, entries, signature, reviewed);
    }

    function test_RevertWhen_ReviewerRoleMissing() external {
        uint256 roles = Role.CERTIFIER | Role.REPORTER | Role.RECORDER;
        signature = signed(COMMUNITY, true, entries);
        bytes memory reviewed = review(NEIGHBOUR, entries);
        vm.expectRevert(abi.encodeWithSelector(IConsents.ReviewerRoleMissing.selector, NEIGHBOUR, roles, Role.REVIEWER));
        consents.record(DEADLINE, true, entries, signature, reviewed);
    }

    function test_RevertWhen_ReviewerIsRecorder() external {
        entries = entry(TAG, decided(SUBDISTRICT, ConsentStatus.GIVEN, Grantor.SELF).pack());
        signature = signed(SUBDISTRICT, true, entries);
        bytes memory reviewed = review(SUBDISTRICT, entries);
        vm.expectRevert(abi.encodeWithSelector(IConsents.ReviewerIsRecorder.selector, SUBDISTRICT));
        consents.record(DEADLINE, true, entries, signature, reviewed);
    }

    // --- entries ---------------------------------------------------------------------------------------------------------

    function refusedWord(uint256 word, bytes memory reason) private {
        entries = bytes.concat(entry(tag(1), fresh), entry(TAG, word));
        signature = signed(COMMUNITY, false, entries);
        vm.expectRevert(reason);
        send();
        assertEq(consents.word(tag(1)), 0);
    }

    function test_RevertWhen_WordMalformed() external {
        uint256 word = decided(COMMUNITY, ConsentStatus.GIVEN, Grantor.SELF).pack();
        uint256[6] memory wrong =
            [word | (1 << 13), word | (1 << 63), word | (1 << 212), word | (1 << 255), word + 1, word - 1];
        for (uint256 i = 0; i < wrong.length; ++i) {
            refusedWord(wrong[i], abi.encodeWithSelector(IEntries.WordMalformed.selector, 1, TAG, wrong[i]));
        }
    }

    function test_RevertWhen_RecordedAtNotZero() external {
        uint256 word = decided(COMMUNITY, ConsentStatus.GIVEN, Grantor.SELF).pack() | (1 << 160);
        refusedWord(word, abi.encodeWithSelector(IEntries.RecordedAtNotZero.selector, 1, TAG, 1));
    }

    function test_RevertWhen_RevisionNotNext() external {
        send();
        Consent memory next = decided(COMMUNITY, ConsentStatus.WITHDRAWN, Grantor.SELF);
        uint256[3] memory revisions = [uint256(0), 1, 3];
        for (uint256 i = 0; i < 3; ++i) {
            next.revision = revisions[i];
            refusedWord(next.pack(), abi.encodeWithSelector(IEntries.RevisionNotNext.selector, 1, TAG, revisions[i], 2));
        }
    }

    function test_StoresAdvancesAndEmits() external {
        bytes32 digest = consents.digest(DEADLINE, false, entries);
        vm.expectEmit(address(consents));
        emit IConsents.ConsentsRecorded(1, signer(COMMUNITY), COMMUNITY, DEADLINE, false, entries, signature, "");
        Consent memory next = decided(COMMUNITY, ConsentStatus.GIVEN, Grantor.SELF);
        send();
        next.recordedAt = block.timestamp;
        bytes32[] memory tags = new bytes32[](3);
        (tags[0], tags[1], tags[2]) = (TAG, tag(1), TAG);
        uint256[] memory words = consents.words(tags);
        assertEq(words[0], next.pack());
        assertEq(words[1], 0);
        assertEq(words[2], next.pack());
        assertEq(consents.word(TAG), next.pack());
        assertEq(consents.count(), 1);
        assertEq(consents.head(), fold(0, digest));
    }

    function test_EmitsTheReview() external {
        signature = signed(COMMUNITY, true, entries);
        bytes memory reviewed = review(SUBDISTRICT, entries);
        vm.expectEmit(address(consents));
        emit IConsents.ConsentsRecorded(1, signer(COMMUNITY), COMMUNITY, DEADLINE, true, entries, signature, reviewed);
        consents.record(DEADLINE, true, entries, signature, reviewed);
    }
}
