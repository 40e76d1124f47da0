// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { ICertifications } from "../../src/interfaces/ICertifications.sol";
import { Authorisation, Death, Role, Status } from "../../src/types/Codes.sol";
import { DecisionTest } from "../helpers/DecisionTest.sol";
import { Certification, Words } from "../helpers/Words.sol";

contract CertificationsRecordDecisionTest is DecisionTest {
    using Words for *;

    uint256 private constant COMMUNITY_ROLES = Role.CERTIFIER | Role.REPORTER | Role.RECORDER;

    // --- kind -----------------------------------------------------------------------------------------------------------

    function test_RevertWhen_NothingChanges() external {
        bytes memory reason = abi.encodeWithSelector(ICertifications.NothingChanged.selector, 0, TAG);
        refusedAs(STRANGER, revised(current()), reason);
        givenSeen();
        Certification memory next = revised(current());
        refusedAs(STRANGER, next, reason);
        next.validUntil += 1; // of no kind
        refusedAs(STRANGER, next, reason);
    }

    function test_RevertWhen_FieldsOfTwoKindsDiffer() external {
        givenSeen();
        Certification memory wrong = withStatus(current(), Status.CLOSED);
        wrong.death = Death.REPORTED;
        wrong.deathReporter = SUBDISTRICT;
        unexpectedFrom(SUBDISTRICT, wrong, withStatus(current(), Status.CLOSED));
        wrong = withDeath(current(), Death.REPORTED, SUBDISTRICT);
        wrong.authorisation = Authorisation.OBJECTED;
        wrong.authoriser = SUBDISTRICT;
        unexpectedFrom(SUBDISTRICT, wrong, withDeath(current(), Death.REPORTED, SUBDISTRICT));
        wrong = withAuthorisation(current(), Authorisation.OBJECTED, SUBDISTRICT);
        wrong.organisation = NEIGHBOUR;
        unexpectedFrom(SUBDISTRICT, wrong, withAuthorisation(current(), Authorisation.OBJECTED, SUBDISTRICT));
    }

    // --- status ----------------------------------------------------------------------------------------------------------

    function test_Status_RevertWhen_AnotherFieldDiffers() external {
        givenSeen();
        Certification memory wrong = withStatus(current(), Status.SUSPENDED);
        wrong.seniorSeen = 0;
        unexpectedFrom(SUBDISTRICT, wrong, withStatus(current(), Status.SUSPENDED));
        wrong = withStatus(current(), Status.SUSPENDED);
        wrong.validUntil -= 1;
        unexpectedFrom(SUBDISTRICT, wrong, withStatus(current(), Status.SUSPENDED));
        wrong = withStatus(current(), Status.REVOKED);
        wrong.seniorSeen = 1;
        unexpectedFrom(SUBDISTRICT, wrong, withStatus(current(), Status.REVOKED));
    }

    function test_Status_RevertWhen_NotReviewer() external {
        givenSeen();
        refusedAs(
            COMMUNITY, withStatus(current(), Status.SUSPENDED), roleMissing(COMMUNITY, COMMUNITY_ROLES, Role.REVIEWER)
        );
    }

    function test_Status_RevertWhen_NotResponsible() external {
        givenSeen();
        refusedAs(STRANGER, withStatus(current(), Status.SUSPENDED), notResponsible(STRANGER, COMMUNITY));
    }

    function test_Status_RevertWhen_NotInTheTable() external {
        refusedAs(SUBDISTRICT, withStatus(current(), Status.CLOSED), notAllowed(Status.NONE, Status.CLOSED));
        givenSeen();
        refusedAs(SUBDISTRICT, withStatus(current(), Status.NONE), notAllowed(Status.ACTIVE, Status.NONE));
        refusedAs(SUBDISTRICT, withStatus(current(), 15), notAllowed(Status.ACTIVE, 15));
        uint256[2] memory ended = [Status.REVOKED, Status.CLOSED];
        for (uint256 i = 0; i < 2; ++i) {
            uint256 snapshot = vm.snapshotState();
            decide(SUBDISTRICT, withStatus(current(), ended[i]));
            for (uint256 to = 0; to < 16; ++to) {
                if (to == ended[i]) continue;
                refusedAs(SUBDISTRICT, withStatus(current(), to), notAllowed(ended[i], to));
            }
            vm.revertToState(snapshot);
        }
    }

    function test_Status_ChangesAlone() external {
        givenSeenAndNotified();
        uint256[4] memory path = [Status.SUSPENDED, Status.ACTIVE, Status.SUSPENDED, Status.CLOSED];
        for (uint256 i = 0; i < 4; ++i) {
            Certification memory next = withStatus(current(), path[i]);
            decide(i % 2 == 0 ? SUBDISTRICT : COUNTY, next);
            assertAfter(next);
        }
    }

    function test_Status_ClearsSeniorSeen_WhenRevoked() external {
        uint256[2] memory from = [Status.ACTIVE, Status.SUSPENDED];
        givenSeen();
        uint256 snapshot = vm.snapshotState();
        for (uint256 i = 0; i < 2; ++i) {
            vm.revertToState(snapshot);
            if (from[i] == Status.SUSPENDED) decide(SUBDISTRICT, withStatus(current(), Status.SUSPENDED));
            Certification memory next = withStatus(current(), Status.REVOKED);
            decide(SUBDISTRICT, next);
            assertEq(current().seniorSeen, 0);
            assertAfter(next);
        }
    }

    // --- death ----------------------------------------------------------------------------------------------------------

    function test_Death_RevertWhen_WordNotExpected() external {
        givenSeen();
        Certification memory wrong = withDeath(current(), Death.REPORTED, HOSPITAL);
        wrong.validUntil += 1;
        unexpectedFrom(HOSPITAL, wrong, withDeath(current(), Death.REPORTED, HOSPITAL));
        wrong = withDeath(current(), Death.REPORTED, NEIGHBOUR);
        unexpectedFrom(HOSPITAL, wrong, withDeath(current(), Death.REPORTED, HOSPITAL));
        decide(HOSPITAL, withDeath(current(), Death.REPORTED, HOSPITAL));
        wrong = withDeath(current(), Death.CONFIRMED, 0);
        wrong.deathReporter = SUBDISTRICT;
        unexpectedFrom(SUBDISTRICT, wrong, withDeath(current(), Death.CONFIRMED, 0));
        wrong = withDeath(current(), Death.NONE, 0);
        wrong.deathReporter = HOSPITAL;
        unexpectedFrom(SUBDISTRICT, wrong, withDeath(current(), Death.NONE, 0));
    }

    function test_Death_RevertWhen_RoleMissing() external {
        refusedAs(ENGINE, withDeath(current(), Death.REPORTED, ENGINE), roleMissing(ENGINE, Role.ENGINE, Role.REPORTER));
        decide(HOSPITAL, withDeath(current(), Death.REPORTED, HOSPITAL));
        bytes memory reason = roleMissing(COMMUNITY, COMMUNITY_ROLES, Role.REVIEWER);
        refusedAs(COMMUNITY, withDeath(current(), Death.CONFIRMED, 0), reason);
        refusedAs(COMMUNITY, withDeath(current(), Death.NONE, 0), reason);
    }

    function test_Death_RevertWhen_NotInTheTable() external {
        refusedAs(COUNTY, withDeath(current(), Death.CONFIRMED, 0), notAllowed(Death.NONE, Death.CONFIRMED));
        Certification memory next = withDeath(current(), 3, 0);
        refusedAs(COUNTY, next, notAllowed(Death.NONE, 3));
        decide(HOSPITAL, withDeath(current(), Death.REPORTED, HOSPITAL));
        refusedAs(COUNTY, withDeath(current(), 3, 0), notAllowed(Death.REPORTED, 3));
        decide(COUNTY, withDeath(current(), Death.CONFIRMED, 0));
        next = withDeath(current(), Death.REPORTED, HOSPITAL);
        refusedAs(HOSPITAL, next, notAllowed(Death.CONFIRMED, Death.REPORTED));
    }

    function test_Death_RevertWhen_DecidedByWhoReportedIt() external {
        decide(SUBDISTRICT, withDeath(current(), Death.REPORTED, SUBDISTRICT));
        bytes memory reason =
            abi.encodeWithSelector(ICertifications.DeathReporterMayNotDecide.selector, 0, TAG, SUBDISTRICT);
        refusedAs(SUBDISTRICT, withDeath(current(), Death.CONFIRMED, 0), reason);
        refusedAs(SUBDISTRICT, withDeath(current(), Death.NONE, 0), reason);
        decide(STRANGER, withDeath(current(), Death.CONFIRMED, 0));
        refusedAs(SUBDISTRICT, withDeath(current(), Death.NONE, 0), reason);
    }

    function test_Death_ChangesAlone() external {
        givenSeenAndNotified();
        Certification memory before = current();
        Certification memory next = withDeath(current(), Death.REPORTED, HOSPITAL);
        decide(HOSPITAL, next);
        assertAfter(next);
        next = withDeath(current(), Death.CONFIRMED, 0);
        decide(STRANGER, next);
        assertAfter(next);
        assertEq(current().deathReporter, HOSPITAL);
        next = withDeath(current(), Death.NONE, 0);
        decide(COUNTY, next);
        before.revision += 3;
        assertAfter(before);
        decide(HOSPITAL, withDeath(current(), Death.REPORTED, HOSPITAL));
        decide(COUNTY, withDeath(current(), Death.NONE, 0));
        assertEq(current().death, Death.NONE);
    }

    function test_Death_IsReportedOfAPersonNeverRecorded() external {
        decide(HOSPITAL, withDeath(current(), Death.REPORTED, HOSPITAL));
        assertEq(current().status, Status.NONE);
        assertEq(current().organisation, 0);
        assertEq(current().revision, 1);
    }

    // --- authorisation ---------------------------------------------------------------------------------------------------

    function test_Authorisation_RevertWhen_WordNotExpected() external {
        Certification memory wrong = withAuthorisation(current(), Authorisation.NOTIFIED, NEIGHBOUR);
        unexpectedFrom(COMMUNITY, wrong, withAuthorisation(current(), Authorisation.NOTIFIED, COMMUNITY));
        wrong = withAuthorisation(current(), Authorisation.NOTIFIED, COMMUNITY);
        wrong.method = 1;
        unexpectedFrom(COMMUNITY, wrong, withAuthorisation(current(), Authorisation.NOTIFIED, COMMUNITY));
    }

    function test_Authorisation_RevertWhen_NotRecorder() external {
        Certification memory next = withAuthorisation(current(), Authorisation.NOTIFIED, COUNTY);
        refusedAs(COUNTY, next, roleMissing(COUNTY, Role.REVIEWER, Role.RECORDER));
    }

    function test_Authorisation_FollowsTheTable() external {
        // From the row to the column, of UNSET, NOTIFIED, CONSENTED, OBJECTED.
        bool[4][4] memory allowed = [
            [false, true, true, true],
            [false, false, true, true],
            [false, false, false, true],
            [false, false, true, false]
        ];
        uint256 snapshot = vm.snapshotState();
        for (uint256 from = 0; from < 4; ++from) {
            vm.revertToState(snapshot);
            if (from != 0) decide(NEIGHBOUR, withAuthorisation(current(), from, NEIGHBOUR));
            for (uint256 to = 0; to < 4; ++to) {
                if (from == to) continue;
                Certification memory next = withAuthorisation(current(), to, COMMUNITY);
                if (!allowed[from][to]) {
                    refusedAs(COMMUNITY, next, notAllowed(from, to));
                    continue;
                }
                uint256 before = vm.snapshotState();
                decide(COMMUNITY, next);
                assertAfter(next);
                vm.revertToState(before);
            }
        }
    }
}
