// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { Vm } from "forge-std/Vm.sol";

import { SignedCertifications } from "../../src/interfaces/ICertifications.sol";
import { SignedConsents } from "../../src/interfaces/IConsents.sol";
import { IEntries } from "../../src/interfaces/IEntries.sol";
import { ConsentStatus, Grantor, Scheme } from "../../src/types/Codes.sol";
import { CertificationTest } from "../helpers/CertificationTest.sol";
import { Certification, Consent, Words } from "../helpers/Words.sol";

/// @notice Any batches in one transaction, good ones and bad ones: each good one is recorded, each bad one reported, as if
/// it had come alone.
contract RecordManyFuzzTest is CertificationTest {
    using Words for *;

    uint256 private constant MOST = 8;

    /// @dev Of the logs of a transaction, that its batches were recorded or refused in order, as expected.
    function assertOutcomes(Vm.Log[] memory logs, bool[] memory good) private pure {
        assertEq(logs.length, good.length);
        for (uint256 i = 0; i < logs.length; ++i) {
            bool refused_ = logs[i].topics[0] == IEntries.BatchRefused.selector;
            assertEq(refused_, !good[i]);
            if (refused_) assertEq(uint256(logs[i].topics[1]), i);
        }
    }

    /// @dev Spoilt in one of three ways, or not at all.
    function spoil(uint256 how, bytes memory signature) private pure returns (bytes memory, bool good) {
        if (how % 4 == 1) signature[7] ^= 0x01;
        if (how % 4 == 2) signature = bytes.concat(signature, signature);
        return (signature, how % 4 == 0 || how % 4 == 3);
    }

    function testFuzz_Certifications(uint8[] calldata how) external {
        uint256 n = how.length % MOST;
        bool[] memory good = new bool[](n);
        SignedCertifications[] memory batches = new SignedCertifications[](n);
        Certification memory latest = current();
        uint256 accepted;
        for (uint256 i = 0; i < n; ++i) {
            Certification memory next = seen(latest, COMMUNITY);
            if (how[i] % 4 == 3) next.revision += 1;
            bytes memory entries = entry(TAG, next.pack());
            bytes32 digest = certifications.digest(PROGRAMME, uint8(Scheme.SENIOR), DEADLINE, entries);
            (bytes memory signature, bool fit) = spoil(how[i], sign(COMMUNITY, digest));
            good[i] = fit && how[i] % 4 != 3;
            batches[i] = SignedCertifications(PROGRAMME, uint8(Scheme.SENIOR), DEADLINE, entries, signature);
            if (good[i]) (latest, accepted) = (next, accepted + 1);
        }
        vm.recordLogs();
        certifications.recordMany(batches);
        assertOutcomes(vm.getRecordedLogs(), good);
        assertEq(certifications.count(), accepted);
        assertEq(current().revision, accepted);
    }

    function testFuzz_Consents(uint8[] calldata how) external {
        uint256 n = how.length % MOST;
        bool[] memory good = new bool[](n);
        SignedConsents[] memory batches = new SignedConsents[](n);
        uint256 accepted;
        for (uint256 i = 0; i < n; ++i) {
            Consent memory next;
            (next.version, next.status, next.grantor, next.selfDecided) = (1, ConsentStatus.GIVEN, Grantor.SELF, 1);
            (next.validFrom, next.validUntil, next.organisation) = (NOW, NOW + YEAR, COMMUNITY);
            next.revision = how[i] % 4 == 3 ? accepted : accepted + 1;
            bytes memory entries = entry(TAG, next.pack());
            (bytes memory signature, bool fit) =
                spoil(how[i], sign(COMMUNITY, consents.digest(DEADLINE, false, entries)));
            good[i] = fit && how[i] % 4 != 3;
            batches[i] = SignedConsents(DEADLINE, false, entries, signature, "");
            if (good[i]) accepted += 1;
        }
        vm.recordLogs();
        consents.recordMany(batches);
        assertOutcomes(vm.getRecordedLogs(), good);
        assertEq(consents.count(), accepted);
        assertEq(consents.word(TAG).consent().revision, accepted);
    }
}
