// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { ICertifications } from "../../src/interfaces/ICertifications.sol";
import { IEntries } from "../../src/interfaces/IEntries.sol";
import { Authorisation, Death, Method, Role, Scheme, Status } from "../../src/types/Codes.sol";
import { CertificationTest } from "../helpers/CertificationTest.sol";
import { Certification, Words } from "../helpers/Words.sol";

contract CertificationsRecordSeniorTest is CertificationTest {
    using Words for *;

    function refusedAs(uint24 organisation, Certification memory next, bytes memory reason) private {
        refused(organisation, Scheme.SENIOR, next, reason);
    }

    function expectUnexpected(Certification memory wrong, Certification memory right) private {
        bytes memory reason =
            abi.encodeWithSelector(IEntries.WordNotExpected.selector, 0, TAG, wrong.pack(), right.pack());
        refusedAs(COMMUNITY, wrong, reason);
    }

    function test_RevertWhen_AnotherFieldDiffers() external {
        givenSeenAndNotified();
        Certification memory right = seen(current(), COMMUNITY);
        Certification memory wrong = seen(current(), COMMUNITY);
        wrong.status = Status.SUSPENDED;
        expectUnexpected(wrong, right);
        wrong = seen(current(), COMMUNITY);
        wrong.death = Death.REPORTED;
        expectUnexpected(wrong, right);
        wrong = seen(current(), COMMUNITY);
        wrong.seniorSeen = 0;
        expectUnexpected(wrong, right);
        wrong = seen(current(), COMMUNITY);
        wrong.seamlessRun = 1;
        expectUnexpected(wrong, right);
        wrong = seen(current(), COMMUNITY);
        wrong.scheme = Scheme.SEAMLESS;
        expectUnexpected(wrong, right);
        wrong = seen(current(), COMMUNITY);
        wrong.authorisation = Authorisation.CONSENTED;
        expectUnexpected(wrong, right);
        wrong = seen(current(), COMMUNITY);
        wrong.organisation = NEIGHBOUR;
        expectUnexpected(wrong, right);
        wrong = seen(current(), COMMUNITY);
        wrong.deathReporter = HOSPITAL;
        expectUnexpected(wrong, right);
        wrong = seen(current(), COMMUNITY);
        wrong.authoriser = NEIGHBOUR;
        expectUnexpected(wrong, right);
    }

    function test_RevertWhen_AnotherThanTheSignersOrganisationBecomesResponsible() external {
        Certification memory wrong = seen(current(), NEIGHBOUR);
        expectUnexpected(wrong, seen(current(), COMMUNITY));
        wrong.organisation = 0;
        expectUnexpected(wrong, seen(current(), COMMUNITY));
    }

    function test_RevertWhen_NotCertifier() external {
        uint256 roles = Role.REVIEWER | Role.REPORTER | Role.RECORDER;
        bytes memory reason =
            abi.encodeWithSelector(IEntries.RoleMissing.selector, 0, TAG, SUBDISTRICT, roles, Role.CERTIFIER);
        refusedAs(SUBDISTRICT, seen(current(), SUBDISTRICT), reason);
    }

    function test_RecordsForAnOrganisationBelow() external {
        givenSeen();
        vm.prank(governance);
        members.changeOrganisation(COUNTY, 0, uint16(Role.CERTIFIER), true);
        record(COUNTY, Scheme.SENIOR, seen(current(), COUNTY));
        assertEq(current().organisation, COMMUNITY);
        assertEq(current().revision, 2);
    }

    function test_RevertWhen_AnotherOrganisationIsResponsible() external {
        givenSeen();
        uint24[2] memory others = [NEIGHBOUR, STRANGER];
        for (uint256 i = 0; i < 2; ++i) {
            bytes memory reason =
                abi.encodeWithSelector(ICertifications.NotResponsible.selector, 0, TAG, others[i], COMMUNITY);
            refusedAs(others[i], seen(current(), others[i]), reason);
        }
    }

    function test_RevertGiven_Suspended() external {
        givenSeen();
        record(SUBDISTRICT, Scheme.NONE, withStatus(current(), Status.SUSPENDED));
        bytes memory reason =
            abi.encodeWithSelector(IEntries.TransitionNotAllowed.selector, 0, TAG, Status.SUSPENDED, Status.ACTIVE);
        refusedAs(COMMUNITY, seen(current(), COMMUNITY), reason);
    }

    function test_BecomesActive_GivenRevokedOrClosed() external {
        givenSeen();
        uint256[2] memory ended = [Status.REVOKED, Status.CLOSED];
        for (uint256 i = 0; i < 2; ++i) {
            record(SUBDISTRICT, Scheme.NONE, withStatus(current(), ended[i]));
            record(COMMUNITY, Scheme.SENIOR, seen(current(), COMMUNITY));
            assertEq(current().status, Status.ACTIVE);
            assertEq(current().seniorSeen, 1);
        }
    }

    function test_RevertGiven_DeathConfirmed() external {
        givenSeen();
        record(HOSPITAL, Scheme.NONE, withDeath(current(), Death.REPORTED, HOSPITAL));
        record(SUBDISTRICT, Scheme.NONE, withDeath(current(), Death.CONFIRMED, SUBDISTRICT));
        bytes memory reason = abi.encodeWithSelector(ICertifications.DeathRecorded.selector, 0, TAG, Death.CONFIRMED);
        refusedAs(COMMUNITY, seen(current(), COMMUNITY), reason);
    }

    function test_LeavesAReportOfDeath() external {
        record(HOSPITAL, Scheme.NONE, withDeath(current(), Death.REPORTED, HOSPITAL));
        givenSeen();
        assertEq(current().death, Death.REPORTED);
        assertEq(current().deathReporter, HOSPITAL);
        assertEq(current().organisation, COMMUNITY);
    }

    function test_RevertWhen_MethodNotAllowed() external {
        uint256[2] memory methods = [Method.NONE, Method.SIGNALS];
        for (uint256 i = 0; i < 2; ++i) {
            Certification memory next = seen(current(), COMMUNITY);
            next.method = methods[i];
            bytes memory reason = abi.encodeWithSelector(ICertifications.MethodNotAllowed.selector, 0, TAG, methods[i]);
            refusedAs(COMMUNITY, next, reason);
        }
    }

    function test_RecordsEveryOtherMethod() external {
        for (uint256 method = 1; method < 256; ++method) {
            if (method == Method.SIGNALS) continue;
            Certification memory next = seen(current(), COMMUNITY);
            next.method = method;
            record(COMMUNITY, Scheme.SENIOR, next);
            assertEq(current().method, method);
        }
    }

    function test_RevertWhen_WindowMalformed() external {
        Certification memory next = seen(current(), COMMUNITY);
        for (uint256 i = 0; i < 2; ++i) {
            next.validUntil = next.validFrom - i;
            bytes memory reason =
                abi.encodeWithSelector(IEntries.WindowMalformed.selector, 0, TAG, next.validFrom, next.validUntil);
            refusedAs(COMMUNITY, next, reason);
        }
    }

    function test_RevertWhen_WindowInFuture() external {
        Certification memory next = seen(current(), COMMUNITY);
        next.validFrom = block.timestamp + 1;
        bytes memory reason =
            abi.encodeWithSelector(IEntries.WindowInFuture.selector, 0, TAG, block.timestamp + 1, block.timestamp);
        refusedAs(COMMUNITY, next, reason);
        next.validFrom = block.timestamp;
        record(COMMUNITY, Scheme.SENIOR, next);
        assertEq(current().validFrom, block.timestamp);
    }

    function test_RevertWhen_WindowTooLong() external {
        Certification memory next = seen(current(), COMMUNITY);
        next.validUntil = next.validFrom + LONGEST_SENIOR + 1;
        bytes memory reason = abi.encodeWithSelector(
            ICertifications.WindowTooLong.selector, 0, TAG, LONGEST_SENIOR + 1, LONGEST_SENIOR
        );
        refusedAs(COMMUNITY, next, reason);
    }

    function test_RecordsTheOrganisationAsResponsible() external {
        Certification memory next = seen(current(), COMMUNITY);
        assertEq(next.validUntil - next.validFrom, LONGEST_SENIOR, "as long as allowed");
        record(COMMUNITY, Scheme.SENIOR, next);
        assertEq(current().organisation, COMMUNITY);
    }

    function test_EndsARunOfSeamlessRenewals() external {
        givenSeenAndNotified();
        record(ENGINE, Scheme.SEAMLESS, renewed(current()));
        assertEq(current().seamlessRun, 1);
        record(COMMUNITY, Scheme.SENIOR, seen(current(), COMMUNITY));
        assertEq(current().seamlessRun, 0);
        assertEq(current().scheme, Scheme.SENIOR);
    }

    function test_LeavesTheAuthorisation() external {
        record(NEIGHBOUR, Scheme.NONE, withAuthorisation(current(), Authorisation.OBJECTED, NEIGHBOUR));
        givenSeen();
        assertEq(current().authorisation, Authorisation.OBJECTED);
        assertEq(current().authoriser, NEIGHBOUR);
    }
}
