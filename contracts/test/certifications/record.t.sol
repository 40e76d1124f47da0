// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { ECDSA } from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

import { ICertifications } from "../../src/interfaces/ICertifications.sol";
import { IEntries } from "../../src/interfaces/IEntries.sol";
import { IJournal } from "../../src/interfaces/IJournal.sol";
import { ISigned } from "../../src/interfaces/ISigned.sol";
import { Death, Scheme } from "../../src/types/Codes.sol";
import { CertificationTest } from "../helpers/CertificationTest.sol";
import { Certification, Words } from "../helpers/Words.sol";

/// @notice The batch as a whole; what an entry may do is in record.senior, record.seamless and record.decision.
contract CertificationsRecordTest is CertificationTest {
    using Words for *;

    uint8 private constant SENIOR = uint8(Scheme.SENIOR);

    bytes private entries;
    bytes32 private digest;
    bytes private signature;

    function setUp() public override {
        super.setUp();
        entries = entry(TAG, seen(current(), COMMUNITY).pack());
        digest = certifications.digest(PROGRAMME, SENIOR, DEADLINE, entries);
        signature = sign(COMMUNITY, digest);
    }

    function send() private {
        certifications.record(PROGRAMME, SENIOR, DEADLINE, entries, signature);
    }

    function refusedWith(bytes memory reason) private {
        vm.expectRevert(reason);
        send();
    }

    // --- state ----------------------------------------------------------------------------------------------------------

    function test_RevertGiven_Sealed() external {
        vm.prank(governance);
        certifications.seal(address(1));
        refusedWith(abi.encodeWithSelector(IJournal.JournalNotOpen.selector, 2));
    }

    function test_RevertGiven_ImportNotComplete() external {
        certifications = newCertifications(address(1), "root", 1);
        refusedWith(abi.encodeWithSelector(IJournal.JournalNotOpen.selector, 1));
    }

    // --- form -----------------------------------------------------------------------------------------------------------

    function test_RevertWhen_EntriesMalformed() external {
        uint256[5] memory lengths = [uint256(0), 1, 95, 97, 1001 * 96];
        for (uint256 i = 0; i < lengths.length; ++i) {
            entries = new bytes(lengths[i]);
            refusedWith(abi.encodeWithSelector(IEntries.EntriesMalformed.selector, lengths[i]));
        }
    }

    function test_AThousandEntriesAreWhole() external {
        entries = new bytes(1000 * 96);
        vm.expectPartialRevert(ISigned.SignerUnknown.selector);
        send();
    }

    function test_RevertWhen_SchemeUnknown() external {
        vm.expectRevert(abi.encodeWithSelector(ICertifications.SchemeUnknown.selector, 3));
        certifications.record(PROGRAMME, 3, DEADLINE, entries, signature);
    }

    function test_RevertWhen_DeadlinePassed() external {
        vm.warp(DEADLINE + 1);
        refusedWith(abi.encodeWithSelector(ISigned.DeadlinePassed.selector, DEADLINE, DEADLINE + 1));
    }

    function test_RecordsInTheDeadlinesSecond() external {
        vm.warp(DEADLINE);
        send();
        assertEq(current().revision, 1);
    }

    // --- signature -------------------------------------------------------------------------------------------------------

    function test_RevertWhen_SignatureNot65Bytes() external {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(privateKey(COMMUNITY), digest);
        signature = abi.encodePacked(r, bytes32(uint256(s) | (uint256(v - 27) << 255))); // ERC-2098
        refusedWith(abi.encodeWithSelector(ECDSA.ECDSAInvalidSignatureLength.selector, 64));
        signature = abi.encodePacked(r, s, v, uint8(0));
        refusedWith(abi.encodeWithSelector(ECDSA.ECDSAInvalidSignatureLength.selector, 66));
    }

    function test_RevertWhen_SIsInTheUpperHalf() external {
        uint256 order = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141;
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(privateKey(COMMUNITY), digest);
        bytes32 other = bytes32(order - uint256(s));
        assertEq(ecrecover(digest, 55 - v, r, other), signer(COMMUNITY), "the other signature of the same key");
        signature = abi.encodePacked(r, other, 55 - v);
        refusedWith(abi.encodeWithSelector(ECDSA.ECDSAInvalidSignatureS.selector, other));
    }

    function test_RevertWhen_NoKeyComesOut() external {
        signature[64] = 0x00;
        refusedWith(abi.encodeWithSelector(ECDSA.ECDSAInvalidSignature.selector));
    }

    function test_RevertWhen_AnythingSignedWasChanged() external {
        bytes memory changed = bytes.concat(entries);
        for (uint256 i = 0; i < changed.length; i += 7) {
            changed[i] ^= 0x01;
            vm.expectPartialRevert(ISigned.SignerUnknown.selector);
            certifications.record(PROGRAMME, SENIOR, DEADLINE, changed, signature);
            changed[i] ^= 0x01;
        }
        vm.expectPartialRevert(ISigned.SignerUnknown.selector);
        certifications.record(CLOSED_PROGRAMME, SENIOR, DEADLINE, entries, signature);
        vm.expectPartialRevert(ISigned.SignerUnknown.selector);
        certifications.record(PROGRAMME, uint8(Scheme.SEAMLESS), DEADLINE, entries, signature);
        vm.expectPartialRevert(ISigned.SignerUnknown.selector);
        certifications.record(PROGRAMME, SENIOR, DEADLINE + 1, entries, signature);
    }

    function test_RevertWhen_SignedForAnotherContract() external {
        certifications = newCertifications(address(0), 0, 0);
        vm.expectPartialRevert(ISigned.SignerUnknown.selector);
        send();
    }

    function test_RevertWhen_SignedForAnotherChain() external {
        vm.chainId(block.chainid + 1);
        vm.expectPartialRevert(ISigned.SignerUnknown.selector);
        send();
    }

    // --- key ------------------------------------------------------------------------------------------------------------

    function test_RevertWhen_KeyNotRegistered() external {
        signature = signWith(42, digest);
        refusedWith(abi.encodeWithSelector(ISigned.SignerUnknown.selector, vm.addr(42)));
    }

    function addKey(uint256 key, uint32 from, uint32 until) private {
        vm.prank(admin(COMMUNITY));
        members.addSigner(COMMUNITY, vm.addr(key), from, until);
        signature = signWith(key, digest);
    }

    function test_RevertWhen_KeyNotYetOrNoLongerValid() external {
        bytes4 refusal = ISigned.SignerNotActive.selector;
        addKey(42, NOW + 1, NOW + 2);
        refusedWith(abi.encodeWithSelector(refusal, vm.addr(42), NOW, NOW + 1, NOW + 2));
        addKey(43, NOW - 2, NOW);
        refusedWith(abi.encodeWithSelector(refusal, vm.addr(43), NOW, NOW - 2, NOW));
    }

    function test_RecordsInAKeysFirstAndLastSecond() external {
        addKey(42, NOW, NOW + 1);
        send();
        assertEq(current().revision, 1);
    }

    function test_RevertWhen_KeyDistrusted() external {
        vm.prank(governance);
        members.distrustSigner(signer(COMMUNITY), NOW);
        refusedWith(abi.encodeWithSelector(ISigned.SignerDistrusted.selector, signer(COMMUNITY), NOW));
    }

    function test_WhatADistrustedKeyRecordedStaysReadable() external {
        send();
        uint256 word = certifications.word(PROGRAMME, TAG);
        vm.prank(governance);
        members.distrustSigner(signer(COMMUNITY), NOW - 1 days);
        assertEq(certifications.word(PROGRAMME, TAG), word);
    }

    function test_RevertWhen_OrganisationInactive() external {
        vm.prank(governance);
        members.changeOrganisation(COMMUNITY, SUBDISTRICT, EVERY_ROLE, false);
        refusedWith(abi.encodeWithSelector(ISigned.OrganisationInactive.selector, COMMUNITY));
    }

    // --- programme -------------------------------------------------------------------------------------------------------

    function recordIn(uint16 programme, uint8 scheme, bytes memory reason) private {
        bytes32 digest_ = certifications.digest(programme, scheme, DEADLINE, entries);
        if (reason.length != 0) vm.expectRevert(reason);
        certifications.record(programme, scheme, DEADLINE, entries, sign(COMMUNITY, digest_));
    }

    function test_RevertWhen_ProgrammeUnknown() external {
        bytes memory reason = abi.encodeWithSelector(ICertifications.ProgrammeUnknown.selector, UNKNOWN_PROGRAMME);
        for (uint8 scheme = 0; scheme < 3; ++scheme) {
            recordIn(UNKNOWN_PROGRAMME, scheme, reason);
        }
    }

    function test_RevertWhen_ProgrammeInactive() external {
        bytes memory reason = abi.encodeWithSelector(ICertifications.ProgrammeInactive.selector, CLOSED_PROGRAMME);
        recordIn(CLOSED_PROGRAMME, uint8(Scheme.SENIOR), reason);
        recordIn(CLOSED_PROGRAMME, uint8(Scheme.SEAMLESS), reason);
    }

    function test_RecordsDecisionsInAnInactiveProgramme() external {
        entries = entry(TAG, withDeath(current(), Death.REPORTED, COMMUNITY).pack());
        recordIn(CLOSED_PROGRAMME, uint8(Scheme.NONE), "");
        assertEq(certifications.word(CLOSED_PROGRAMME, TAG).certification().death, Death.REPORTED);
    }

    // --- entries ---------------------------------------------------------------------------------------------------------

    function test_RevertWhen_WordMalformed() external {
        uint256 word = seen(current(), COMMUNITY).pack();
        uint256[6] memory wrong =
            [word | (1 << 34), word | (1 << 63), word | (1 << 252), word | (1 << 255), word + 1, word - 1];
        for (uint256 i = 0; i < wrong.length; ++i) {
            bytes memory reason = abi.encodeWithSelector(IEntries.WordMalformed.selector, 0, TAG, wrong[i]);
            refused(COMMUNITY, Scheme.SENIOR, wrong[i], reason);
        }
    }

    function test_RevertWhen_RecordedAtNotZero() external {
        Certification memory next = seen(current(), COMMUNITY);
        next.recordedAt = block.timestamp;
        bytes memory reason = abi.encodeWithSelector(IEntries.RecordedAtNotZero.selector, 0, TAG, block.timestamp);
        refused(COMMUNITY, Scheme.SENIOR, next, reason);
    }

    function test_RevertWhen_RevisionNotNext() external {
        send();
        Certification memory next = seen(current(), COMMUNITY);
        uint256[4] memory revisions = [uint256(0), 1, 3, type(uint32).max];
        for (uint256 i = 0; i < revisions.length; ++i) {
            next.revision = revisions[i];
            bytes memory reason = abi.encodeWithSelector(IEntries.RevisionNotNext.selector, 0, TAG, revisions[i], 2);
            refused(COMMUNITY, Scheme.SENIOR, next, reason);
        }
    }

    function test_RevertWhen_SentAgain() external {
        send();
        refusedWith(abi.encodeWithSelector(IEntries.RevisionNotNext.selector, 0, TAG, 1, 2));
    }

    function test_RevertWhen_OneOfMany_NamesItAndRecordsNone() external {
        Certification memory good = seen(current(), COMMUNITY);
        Certification memory bad = seen(current(), COMMUNITY);
        bad.revision = 7;
        entries = bytes.concat(entry(tag(1), good.pack()), entry(tag(2), good.pack()), entry(tag(3), bad.pack()));
        signature = sign(COMMUNITY, certifications.digest(PROGRAMME, SENIOR, DEADLINE, entries));
        refusedWith(abi.encodeWithSelector(IEntries.RevisionNotNext.selector, 2, tag(3), 7, 1));
        assertEq(certifications.word(PROGRAMME, tag(1)), 0);
        assertEq(certifications.count(), 0);
    }

    function test_StoresWordsWithTheBlocksTime() external {
        Certification memory next = seen(current(), COMMUNITY);
        entries = bytes.concat(entry(tag(1), next.pack()), entry(tag(2), next.pack()));
        record(COMMUNITY, Scheme.SENIOR, entries);
        next.recordedAt = block.timestamp;
        bytes32[] memory tags = new bytes32[](3);
        (tags[0], tags[1], tags[2]) = (tag(1), tag(2), tag(3));
        uint256[] memory words = certifications.words(PROGRAMME, tags);
        assertEq(words[0], next.pack());
        assertEq(words[1], next.pack());
        assertEq(words[2], 0);
        assertEq(certifications.word(PROGRAMME, tag(1)), next.pack());
    }

    function test_RecordsTwoRevisionsOfOneTag() external {
        Certification memory first = seen(current(), COMMUNITY);
        Certification memory second = seen(first, COMMUNITY);
        record(COMMUNITY, Scheme.SENIOR, bytes.concat(entry(TAG, first.pack()), entry(TAG, second.pack())));
        assertEq(current().revision, 2);
    }

    function test_KeepsProgrammesApart() external {
        send();
        assertEq(certifications.word(CLOSED_PROGRAMME, TAG), 0);
        bytes32 key = keccak256(abi.encode(uint256(PROGRAMME), TAG));
        assertEq(certifications.word(0, key), 0);
    }

    function test_AdvancesCountAndHead() external {
        assertEq(certifications.head(), 0);
        send();
        assertEq(certifications.count(), 1);
        assertEq(certifications.head(), fold(0, digest));
        bytes memory next = entry(TAG, seen(current(), COMMUNITY).pack());
        record(COMMUNITY, Scheme.SENIOR, next);
        assertEq(certifications.count(), 2);
        assertEq(certifications.head(), fold(fold(0, digest), certifications.digest(PROGRAMME, SENIOR, DEADLINE, next)));
    }

    function test_EmitsAllThatWasSigned() external {
        vm.expectEmit(address(certifications));
        emit ICertifications.CertificationsRecorded(
            1, signer(COMMUNITY), COMMUNITY, PROGRAMME, SENIOR, DEADLINE, entries, signature
        );
        send();
    }
}
