// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { Test } from "forge-std/Test.sol";

import { IJournal } from "../../src/interfaces/IJournal.sol";
import { CertificationsContract, ConsentsContract } from "../helpers/Contracts.sol";
import { Certification, Consent, Words } from "../helpers/Words.sol";
import { Handler } from "./Handler.sol";
import { Strangers } from "./Strangers.sol";

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
        bytes4[] memory acts = new bytes4[](14);
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
        acts[10] = Strangers.poke.selector;
        acts[11] = Strangers.trespass.selector;
        acts[12] = Handler.setProgramme.selector;
        acts[13] = Handler.anchor.selector;
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
        address[5] memory all = handler.everyContract();
        for (uint256 i = 0; i < all.length; ++i) {
            assertEq(IJournal(all[i]).head(), handler.headOf(all[i]));
            assertEq(IJournal(all[i]).count(), handler.countOf(all[i]));
        }
    }

    /// @dev Only the entry points that a signature or governance opens.
    function invariant_NobodyElseChangesStorage() external view {
        assertEq(handler.strangersChanges(), 0);
    }

    function invariant_TreesOnlyGrow() external view {
        assertEq(handler.shrunkTrees(), 0);
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
