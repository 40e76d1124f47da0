// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { ICertifications } from "../../src/interfaces/ICertifications.sol";
import { Role, Scheme } from "../../src/types/Codes.sol";
import { DecisionTest } from "../helpers/DecisionTest.sol";
import { Certification, Words } from "../helpers/Words.sol";

contract CertificationsRecordHandoverTest is DecisionTest {
    using Words for *;

    function test_RevertWhen_AnotherFieldDiffers() external {
        givenSeen();
        Certification memory wrong = withOrganisation(current(), NEIGHBOUR);
        wrong.authoriser = SUBDISTRICT;
        unexpectedFrom(SUBDISTRICT, wrong, withOrganisation(current(), NEIGHBOUR));
    }

    function test_RevertWhen_RoleMissing() external {
        givenSeen();
        Certification memory next = withOrganisation(current(), NEIGHBOUR);
        refusedAs(HOSPITAL, next, roleMissing(HOSPITAL, Role.REPORTER, Role.CERTIFIER | Role.REVIEWER));
    }

    function test_RevertWhen_NotAboveTheOldOne() external {
        refusedAs(SUBDISTRICT, withOrganisation(current(), NEIGHBOUR), notResponsible(SUBDISTRICT, 0));
        givenSeen();
        refusedAs(STRANGER, withOrganisation(current(), STRANGER), notResponsible(STRANGER, COMMUNITY));
    }

    function test_RevertWhen_NotAboveTheNewOne() external {
        givenSeen();
        refusedAs(COMMUNITY, withOrganisation(current(), NEIGHBOUR), notResponsible(COMMUNITY, NEIGHBOUR));
        refusedAs(SUBDISTRICT, withOrganisation(current(), STRANGER), notResponsible(SUBDISTRICT, STRANGER));
        refusedAs(SUBDISTRICT, withOrganisation(current(), 0), notResponsible(SUBDISTRICT, 0));
    }

    function test_RevertWhen_TheNewOneIsUnfit() external {
        givenSeen();
        bytes4 refusal = ICertifications.HandoverToUnfit.selector;
        refusedAs(COUNTY, withOrganisation(current(), ENGINE), abi.encodeWithSelector(refusal, 0, TAG, ENGINE));
        vm.prank(governance);
        members.changeOrganisation(NEIGHBOUR, SUBDISTRICT, EVERY_ROLE, false);
        refusedAs(COUNTY, withOrganisation(current(), NEIGHBOUR), abi.encodeWithSelector(refusal, 0, TAG, NEIGHBOUR));
    }

    function test_TheNewOneCertifies() external {
        givenSeen();
        Certification memory next = withOrganisation(current(), NEIGHBOUR);
        decide(SUBDISTRICT, next);
        assertAfter(next);
        refused(COMMUNITY, Scheme.SENIOR, seen(current(), COMMUNITY), notResponsible(COMMUNITY, NEIGHBOUR));
        record(NEIGHBOUR, Scheme.SENIOR, seen(current(), NEIGHBOUR));
        assertEq(current().organisation, NEIGHBOUR);
    }
}
