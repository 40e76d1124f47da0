// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { ICertifications } from "../../src/interfaces/ICertifications.sol";
import { IEntries } from "../../src/interfaces/IEntries.sol";
import { Authorisation, Death, Method, Role, Scheme, Status } from "../../src/types/Codes.sol";
import { CertificationTest } from "../helpers/CertificationTest.sol";
import { Certification, Words } from "../helpers/Words.sol";

contract CertificationsRecordSeamlessTest is CertificationTest {
    using Words for *;

    function setUp() public override {
        super.setUp();
        givenSeenAndNotified();
    }

    function refusedWith(Certification memory next, bytes memory reason) private {
        refused(ENGINE, Scheme.SEAMLESS, next, reason);
    }

    function expectUnexpected(Certification memory wrong) private {
        bytes memory reason = abi.encodeWithSelector(
            IEntries.WordNotExpected.selector, 0, TAG, wrong.pack(), renewed(current()).pack()
        );
        refusedWith(wrong, reason);
    }

    function test_RevertWhen_AnotherFieldDiffers() external {
        Certification memory wrong = renewed(current());
        wrong.status = Status.CLOSED;
        expectUnexpected(wrong);
        wrong = renewed(current());
        wrong.death = Death.REPORTED;
        expectUnexpected(wrong);
        wrong = renewed(current());
        wrong.seniorSeen = 0;
        expectUnexpected(wrong);
        wrong = renewed(current());
        wrong.seamlessRun = 0;
        expectUnexpected(wrong);
        wrong = renewed(current());
        wrong.scheme = Scheme.SENIOR;
        expectUnexpected(wrong);
        wrong = renewed(current());
        wrong.method = Method.VISIT;
        expectUnexpected(wrong);
        wrong = renewed(current());
        wrong.authorisation = Authorisation.CONSENTED;
        expectUnexpected(wrong);
        wrong = renewed(current());
        wrong.organisation = ENGINE;
        expectUnexpected(wrong);
        wrong = renewed(current());
        wrong.deathReporter = ENGINE;
        expectUnexpected(wrong);
        wrong = renewed(current());
        wrong.authoriser = ENGINE;
        expectUnexpected(wrong);
    }

    function test_RevertWhen_NotEngine() external {
        uint256 roles = Role.CERTIFIER | Role.REPORTER | Role.RECORDER;
        bytes memory reason =
            abi.encodeWithSelector(IEntries.RoleMissing.selector, 0, TAG, COMMUNITY, roles, Role.ENGINE);
        refused(COMMUNITY, Scheme.SEAMLESS, renewed(current()), reason);
    }

    function test_RevertGiven_NotActive() external {
        uint256[3] memory statuses = [Status.SUSPENDED, Status.REVOKED, Status.CLOSED];
        uint256 snapshot = vm.snapshotState();
        for (uint256 i = 0; i < 3; ++i) {
            vm.revertToState(snapshot);
            record(SUBDISTRICT, Scheme.NONE, withStatus(current(), statuses[i]));
            bytes memory reason =
                abi.encodeWithSelector(IEntries.TransitionNotAllowed.selector, 0, TAG, statuses[i], Status.ACTIVE);
            refusedWith(renewed(current()), reason);
        }
    }

    function test_RevertGiven_NeverRecorded() external {
        Certification memory next = renewed(currentOf(tag(1)));
        bytes memory entries = entry(tag(1), next.pack());
        bytes32 digest = certifications.digest(PROGRAMME, uint8(Scheme.SEAMLESS), DEADLINE, entries);
        bytes memory signature = sign(ENGINE, digest);
        vm.expectRevert(
            abi.encodeWithSelector(IEntries.TransitionNotAllowed.selector, 0, tag(1), Status.NONE, Status.ACTIVE)
        );
        certifications.record(PROGRAMME, uint8(Scheme.SEAMLESS), DEADLINE, entries, signature);
    }

    function test_RevertGiven_NobodyHasSeenThePerson() external {
        // No sequence of records leads to an active word without seniorSeen: it is imported.
        Certification memory unseen = current();
        unseen.seniorSeen = 0;
        bytes32 key = keccak256(abi.encode(uint256(PROGRAMME), TAG));
        bytes32 leaf = keccak256(bytes.concat(keccak256(abi.encode(key, unseen.pack()))));
        certifications = newCertifications(address(1), leaf, 1);
        bytes32[] memory keys = new bytes32[](1);
        uint256[] memory words = new uint256[](1);
        (keys[0], words[0]) = (key, unseen.pack());
        certifications.importWords(keys, words, new bytes32[](0), new bool[](0));
        certifications.adopt(PROGRAMME);
        refusedWith(renewed(current()), abi.encodeWithSelector(ICertifications.NeverSeen.selector, 0, TAG));
    }

    function test_RevertGiven_DeathRecorded() external {
        record(HOSPITAL, Scheme.NONE, withDeath(current(), Death.REPORTED, HOSPITAL));
        bytes4 refusal = ICertifications.DeathRecorded.selector;
        refusedWith(renewed(current()), abi.encodeWithSelector(refusal, 0, TAG, Death.REPORTED));
        record(SUBDISTRICT, Scheme.NONE, withDeath(current(), Death.CONFIRMED, SUBDISTRICT));
        refusedWith(renewed(current()), abi.encodeWithSelector(refusal, 0, TAG, Death.CONFIRMED));
    }

    function test_RevertGiven_AuthorisationMissing() external {
        bytes4 refusal = ICertifications.AuthorisationMissing.selector;
        record(COMMUNITY, Scheme.NONE, withAuthorisation(current(), Authorisation.OBJECTED, COMMUNITY));
        refusedWith(renewed(current()), abi.encodeWithSelector(refusal, 0, TAG, Authorisation.OBJECTED));

        Certification memory first = seen(currentOf(tag(1)), COMMUNITY);
        record(COMMUNITY, Scheme.SENIOR, entry(tag(1), first.pack()));
        bytes memory entries = entry(tag(1), renewed(currentOf(tag(1))).pack());
        bytes32 digest = certifications.digest(PROGRAMME, uint8(Scheme.SEAMLESS), DEADLINE, entries);
        bytes memory signature = sign(ENGINE, digest);
        vm.expectRevert(abi.encodeWithSelector(refusal, 0, tag(1), Authorisation.UNSET));
        certifications.record(PROGRAMME, uint8(Scheme.SEAMLESS), DEADLINE, entries, signature);
    }

    function test_RevertGiven_AnObjectionCameMeanwhile() external {
        Certification memory underWay = renewed(current());
        record(COMMUNITY, Scheme.NONE, withAuthorisation(current(), Authorisation.OBJECTED, COMMUNITY));
        bytes memory reason = abi.encodeWithSelector(
            IEntries.RevisionNotNext.selector, 0, TAG, underWay.revision, underWay.revision + 1
        );
        refusedWith(underWay, reason);
    }

    function test_RevertGiven_LimitReached() external {
        for (uint256 run = 1; run <= SEAMLESS_LIMIT; ++run) {
            record(ENGINE, Scheme.SEAMLESS, renewed(current()));
            assertEq(current().seamlessRun, run);
        }
        bytes memory reason = abi.encodeWithSelector(
            ICertifications.SeamlessLimitReached.selector, 0, TAG, SEAMLESS_LIMIT + 1, SEAMLESS_LIMIT
        );
        refusedWith(renewed(current()), reason);
    }

    function test_TheHighestLimitIsNeverPassed() external {
        vm.prank(governance);
        policies.setProgramme(PROGRAMME, 2, true, 31, LONGEST_SENIOR, LONGEST_SEAMLESS, "rules");
        for (uint256 run = 1; run <= 31; ++run) {
            record(ENGINE, Scheme.SEAMLESS, renewed(current()));
        }
        Certification memory next = renewed(current());
        next.seamlessRun = 0; // 32 in five bits
        refusedWith(next, abi.encodeWithSelector(ICertifications.SeamlessLimitReached.selector, 0, TAG, 32, 31));
    }

    function test_RevertWhen_WindowMalformedInFutureOrTooLong() external {
        Certification memory next = renewed(current());
        next.validFrom = next.validUntil;
        refusedWith(
            next, abi.encodeWithSelector(IEntries.WindowMalformed.selector, 0, TAG, next.validFrom, next.validUntil)
        );
        next.validFrom = block.timestamp + 1;
        refusedWith(
            next, abi.encodeWithSelector(IEntries.WindowInFuture.selector, 0, TAG, block.timestamp + 1, block.timestamp)
        );
        next.validFrom = next.validUntil - LONGEST_SEAMLESS - 1;
        refusedWith(
            next,
            abi.encodeWithSelector(
                ICertifications.WindowTooLong.selector, 0, TAG, LONGEST_SEAMLESS + 1, LONGEST_SEAMLESS
            )
        );
    }

    function test_RevertWhen_WindowShrinks() external {
        Certification memory next = renewed(current());
        uint256 end = current().validUntil;
        next.validUntil = end - 1;
        refusedWith(next, abi.encodeWithSelector(ICertifications.WindowShrinks.selector, 0, TAG, end - 1, end));
        next.validUntil = end;
        record(ENGINE, Scheme.SEAMLESS, next);
        assertEq(current().validUntil, end);
    }

    function test_Renews_GivenNotifiedOrConsented() external {
        record(ENGINE, Scheme.SEAMLESS, renewed(current()));
        record(NEIGHBOUR, Scheme.NONE, withAuthorisation(current(), Authorisation.CONSENTED, NEIGHBOUR));
        record(ENGINE, Scheme.SEAMLESS, renewed(current()));
        assertEq(current().seamlessRun, 2);
        assertEq(current().scheme, Scheme.SEAMLESS);
        assertEq(current().method, Method.SIGNALS);
        assertEq(current().organisation, COMMUNITY);
        assertEq(current().seniorSeen, 1);
    }
}
