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
        acts[12] = bytes4(keccak256("setProgramme(uint256)"));
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

    /// @dev Nothing that was done keeps an organisation that may from certifying somebody new.
    function afterInvariant() external {
        bytes32 somebody = handler.certifySomebodyNew();
        assertEq(certifications.word(handler.recordedProgramme(), somebody).certification().revision, 1);
    }

    /// @dev The acts are neither all recorded nor all refused, or the above would say nothing.
    function test_ActsAreRecordedAndRefused() external {
        for (uint256 i = 0; i < 500; ++i) {
            uint256 seed = uint256(keccak256(abi.encode(i)));
            (uint256 person, uint256 by, uint256 what) = (seed >> 8, seed >> 16, seed >> 24);
            if (seed % 8 == 0) handler.certify(person, by, what, what);
            if (seed % 8 == 1) handler.renew(person);
            if (seed % 8 == 2) handler.setStatus(person, by, what);
            if (seed % 8 == 3) handler.setDeath(person, by, what);
            if (seed % 8 == 4) handler.setAuthorisation(person, by, what);
            if (seed % 8 == 5) handler.handOver(person, by, what);
            if (seed % 8 == 6) handler.decide(person, by, what, seed >> 32, seed % 16 == 6);
            if (seed % 8 == 7) handler.anchor(by, uint8(what), uint64(i), bytes32(seed));
        }
        assertGt(handler.recorded(), 50);
        assertGt(handler.refusals(), 50);
    }
}
