// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { IConsents } from "../../src/interfaces/IConsents.sol";
import { IEntries } from "../../src/interfaces/IEntries.sol";
import { ConsentStatus, Grantor, Role } from "../../src/types/Codes.sol";
import { ConsentTest } from "../helpers/ConsentTest.sol";
import { Consent, Words } from "../helpers/Words.sol";

contract ConsentsRecordDecisionTest is ConsentTest {
    using Words for *;

    function decide(uint256 status, uint256 grantor) private {
        record(COMMUNITY, decided(COMMUNITY, status, grantor));
    }

    function refusedDecision(uint256 status, uint256 grantor, bytes memory reason) private {
        refused(COMMUNITY, decided(COMMUNITY, status, grantor), reason);
    }

    function expectUnexpected(Consent memory wrong, Consent memory right) private {
        bytes memory reason =
            abi.encodeWithSelector(IEntries.WordNotExpected.selector, 0, TAG, wrong.pack(), right.pack());
        refused(COMMUNITY, wrong, reason);
    }

    function test_RevertWhen_AnotherFieldDiffers() external {
        decide(ConsentStatus.GIVEN, Grantor.SELF);
        Consent memory right = decided(COMMUNITY, ConsentStatus.WITHDRAWN, Grantor.SELF);
        Consent memory wrong = decided(COMMUNITY, ConsentStatus.WITHDRAWN, Grantor.SELF);
        wrong.selfDecided = 0;
        expectUnexpected(wrong, right);
        wrong = decided(COMMUNITY, ConsentStatus.WITHDRAWN, Grantor.SELF);
        wrong.validFrom -= 1;
        expectUnexpected(wrong, right);
        wrong = decided(COMMUNITY, ConsentStatus.WITHDRAWN, Grantor.SELF);
        wrong.validUntil += 1;
        expectUnexpected(wrong, right);
        wrong = decided(NEIGHBOUR, ConsentStatus.WITHDRAWN, Grantor.SELF);
        expectUnexpected(wrong, right);
    }

    function test_RevertWhen_AnotherClaimsThePersonDecided() external {
        Consent memory wrong = decided(COMMUNITY, ConsentStatus.GIVEN, Grantor.GUARDIAN);
        wrong.selfDecided = 1;
        expectUnexpected(wrong, decided(COMMUNITY, ConsentStatus.GIVEN, Grantor.GUARDIAN));
        wrong = decided(COMMUNITY, ConsentStatus.REFUSED, Grantor.SELF);
        wrong.selfDecided = 0;
        expectUnexpected(wrong, decided(COMMUNITY, ConsentStatus.REFUSED, Grantor.SELF));
    }

    function test_RevertWhen_NotRecorder() external {
        bytes memory reason =
            abi.encodeWithSelector(IEntries.RoleMissing.selector, 0, TAG, COUNTY, Role.REVIEWER, Role.RECORDER);
        refused(COUNTY, decided(COUNTY, ConsentStatus.GIVEN, Grantor.SELF), reason);
    }

    function test_AnyRecorderRecordsAPersonsDecision() external {
        decide(ConsentStatus.GIVEN, Grantor.SELF);
        record(STRANGER, decided(STRANGER, ConsentStatus.WITHDRAWN, Grantor.SELF));
        assertEq(current().organisation, STRANGER);
    }

    function test_RevertWhen_GrantorUnknown() external {
        bytes4 refusal = IConsents.GrantorUnknown.selector;
        refusedDecision(ConsentStatus.GIVEN, Grantor.NONE, abi.encodeWithSelector(refusal, 0, TAG, 0));
        refusedDecision(ConsentStatus.GIVEN, 4, abi.encodeWithSelector(refusal, 0, TAG, 4));
        refusedDecision(ConsentStatus.GIVEN, 15, abi.encodeWithSelector(refusal, 0, TAG, 15));
    }

    function test_FollowsTheTable() external {
        // From the row to the column, of NONE, GIVEN, REFUSED, WITHDRAWN.
        bool[4][4] memory allowed = [
            [false, true, true, false],
            [false, true, false, true],
            [false, true, false, false],
            [false, true, true, false]
        ];
        uint256 snapshot = vm.snapshotState();
        for (uint256 from = 0; from < 4; ++from) {
            vm.revertToState(snapshot);
            if (from == ConsentStatus.WITHDRAWN) decide(ConsentStatus.GIVEN, Grantor.DELEGATE);
            if (from != ConsentStatus.NONE) decide(from, Grantor.DELEGATE);
            for (uint256 to = 0; to < 16; ++to) {
                if (to > 3 || !allowed[from][to]) {
                    bytes memory reason =
                        abi.encodeWithSelector(IEntries.TransitionNotAllowed.selector, 0, TAG, from, to);
                    refusedDecision(to, Grantor.GUARDIAN, reason);
                    continue;
                }
                uint256 before = vm.snapshotState();
                Consent memory next = decided(COMMUNITY, to, Grantor.GUARDIAN);
                record(COMMUNITY, next);
                next.recordedAt = block.timestamp;
                assertEq(current().pack(), next.pack());
                vm.revertToState(before);
            }
        }
    }

    // --- given the person has decided themselves ------------------------------------------------------------------------

    function test_SelfDecided_RevertWhen_AnotherGivesOrRefuses() external {
        bytes4 refusal = IConsents.DecidedBySelf.selector;
        uint256[2] memory others = [Grantor.GUARDIAN, Grantor.DELEGATE];
        uint256 snapshot = vm.snapshotState();
        for (uint256 i = 0; i < 2; ++i) {
            vm.revertToState(snapshot);
            bytes memory give = abi.encodeWithSelector(refusal, 0, TAG, others[i], ConsentStatus.GIVEN);
            decide(ConsentStatus.GIVEN, Grantor.SELF);
            refusedDecision(ConsentStatus.GIVEN, others[i], give);
            decide(ConsentStatus.WITHDRAWN, Grantor.SELF);
            refusedDecision(ConsentStatus.GIVEN, others[i], give);
            refusedDecision(
                ConsentStatus.REFUSED,
                others[i],
                abi.encodeWithSelector(refusal, 0, TAG, others[i], ConsentStatus.REFUSED)
            );
            decide(ConsentStatus.REFUSED, Grantor.SELF);
            refusedDecision(ConsentStatus.GIVEN, others[i], give);
        }
    }

    function test_SelfDecided_NoReviewLetsAnotherGiveOrRefuse() external {
        decide(ConsentStatus.REFUSED, Grantor.SELF);
        bytes memory reason =
            abi.encodeWithSelector(IConsents.DecidedBySelf.selector, 0, TAG, Grantor.GUARDIAN, ConsentStatus.GIVEN);
        refusedReviewed(COMMUNITY, SUBDISTRICT, decided(COMMUNITY, ConsentStatus.GIVEN, Grantor.GUARDIAN), reason);
    }

    function test_SelfDecided_RevertWhen_AnotherWithdrawsWithoutReview() external {
        decide(ConsentStatus.GIVEN, Grantor.SELF);
        bytes4 refusal = IConsents.ReviewMissing.selector;
        refusedDecision(
            ConsentStatus.WITHDRAWN, Grantor.GUARDIAN, abi.encodeWithSelector(refusal, 0, TAG, Grantor.GUARDIAN)
        );
        refusedDecision(
            ConsentStatus.WITHDRAWN, Grantor.DELEGATE, abi.encodeWithSelector(refusal, 0, TAG, Grantor.DELEGATE)
        );
    }

    function test_SelfDecided_AnotherWithdrawsWithAReview() external {
        decide(ConsentStatus.GIVEN, Grantor.SELF);
        recordReviewed(COMMUNITY, SUBDISTRICT, decided(COMMUNITY, ConsentStatus.WITHDRAWN, Grantor.GUARDIAN));
        assertEq(current().status, ConsentStatus.WITHDRAWN);
        assertEq(current().selfDecided, 1);
        bytes memory reason =
            abi.encodeWithSelector(IConsents.DecidedBySelf.selector, 0, TAG, Grantor.GUARDIAN, ConsentStatus.GIVEN);
        refusedDecision(ConsentStatus.GIVEN, Grantor.GUARDIAN, reason);
        decide(ConsentStatus.GIVEN, Grantor.SELF);
        assertEq(current().status, ConsentStatus.GIVEN);
    }

    function test_ThePersonOverrulesAnother() external {
        decide(ConsentStatus.GIVEN, Grantor.GUARDIAN);
        decide(ConsentStatus.WITHDRAWN, Grantor.GUARDIAN);
        decide(ConsentStatus.GIVEN, Grantor.DELEGATE);
        assertEq(current().selfDecided, 0);
        decide(ConsentStatus.WITHDRAWN, Grantor.SELF);
        assertEq(current().selfDecided, 1);
    }

    // --- window ----------------------------------------------------------------------------------------------------------

    function test_RevertWhen_WindowMalformedOrInFuture() external {
        Consent memory next = decided(COMMUNITY, ConsentStatus.GIVEN, Grantor.SELF);
        next.validUntil = next.validFrom;
        refused(
            COMMUNITY,
            next,
            abi.encodeWithSelector(IEntries.WindowMalformed.selector, 0, TAG, next.validFrom, next.validFrom)
        );
        next.validFrom = block.timestamp + 1;
        next.validUntil = type(uint32).max;
        refused(
            COMMUNITY,
            next,
            abi.encodeWithSelector(IEntries.WindowInFuture.selector, 0, TAG, block.timestamp + 1, block.timestamp)
        );
        next.validFrom = block.timestamp;
        record(COMMUNITY, next);
        assertEq(current().validUntil, type(uint32).max);
    }
}
