// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { Test } from "forge-std/Test.sol";

import { CertificationsContract, ConsentsContract } from "../helpers/Contracts.sol";
import { Certification, Consent, Words } from "../helpers/Words.sol";
import { Handler } from "./Handler.sol";

/// @notice What holds after any sequence of acts, by whomever.
contract InvariantsTest is Test {
    using Words for *;

    Handler private handler;
    CertificationsContract private certifications;
    ConsentsContract private consents;

    function setUp() external {
        handler = new Handler();
        handler.setUp();
        (certifications, consents) = handler.contracts();
        targetContract(address(handler));
        bytes4[] memory acts = new bytes4[](11);
        acts[0] = Handler.certify.selector;
        acts[1] = Handler.renew.selector;
        acts[2] = Handler.setStatus.selector;
        acts[3] = Handler.setDeath.selector;
        acts[4] = Handler.setAuthorisation.selector;
        acts[5] = Handler.handOver.selector;
        acts[6] = Handler.tamper.selector;
        acts[7] = Handler.decide.selector;
        acts[8] = Handler.pass.selector;
        acts[9] = Handler.change.selector;
        acts[10] = Handler.poke.selector;
        targetSelector(FuzzSelector(address(handler), acts));
    }

    /// @dev Events alone rebuild the state; nothing but them changes it.
    function invariant_StateEqualsTheFoldOfEvents() external view {
        for (uint256 i = 0; i < handler.PEOPLE(); ++i) {
            bytes32 tag = handler.tagOf(i);
            assertEq(certifications.word(handler.recordedProgramme(), tag), handler.certificationOf(tag));
            assertEq(consents.word(tag), handler.consentOf(tag));
        }
    }

    function invariant_RevisionEqualsTheNumberOfRecords() external view {
        for (uint256 i = 0; i < handler.PEOPLE(); ++i) {
            bytes32 tag = handler.tagOf(i);
            uint256 revision = certifications.word(handler.recordedProgramme(), tag).certification().revision;
            assertEq(revision, handler.certificationRecords(tag));
            assertEq(consents.word(tag).consent().revision, handler.consentRecords(tag));
        }
    }

    function invariant_HeadAndCountEqualTheFoldOfAcceptedBatches() external view {
        assertEq(certifications.head(), handler.certificationsHead());
        assertEq(certifications.count(), handler.certificationsCount());
        assertEq(consents.head(), handler.consentsHead());
        assertEq(consents.count(), handler.consentsCount());
    }

    function invariant_NoRecordWithoutAnAuthorisedSignature() external view {
        assertEq(handler.unauthorisedRecords(), 0);
        assertEq(handler.unseenActives(), 0);
    }

    function invariant_SeamlessNeverWithoutAuthorisationInItsOwnWord() external view {
        assertEq(handler.unauthorisedSeamless(), 0);
    }

    function invariant_AnotherOrganisationDecidesOnAReportedDeath() external view {
        assertEq(handler.ownDeathDecisions(), 0);
        for (uint256 i = 0; i < handler.PEOPLE(); ++i) {
            Certification memory c = handler.certificationOf(handler.tagOf(i)).certification();
            assertEq(c.death == 0, c.deathReporter == 0);
        }
    }

    function invariant_NobodyOverrulesAPersonsOwnDecision() external view {
        assertEq(handler.overruledPersons(), 0);
        for (uint256 i = 0; i < handler.PEOPLE(); ++i) {
            Consent memory c = handler.consentOf(handler.tagOf(i)).consent();
            if (c.selfDecided == 1 && c.status != 3) assertEq(c.grantor, 1);
        }
    }

    /// @dev The acts are not all refused, or the above would say nothing.
    function afterInvariant() external view {
        assertGt(handler.recorded(), 0);
    }
}
