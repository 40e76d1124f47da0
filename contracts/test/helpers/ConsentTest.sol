// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { ConsentStatus, Grantor } from "../../src/types/Codes.sol";
import { LedgerTest } from "./LedgerTest.sol";
import { Consent, Words } from "./Words.sol";

/// @notice Consents as organisations would record them.
abstract contract ConsentTest is LedgerTest {
    using Words for *;

    bytes32 internal immutable TAG = tag(0);

    function record(uint24 organisation, Consent memory next) internal {
        bytes memory entries = entry(TAG, next.pack());
        consents.record(DEADLINE, false, entries, signed(organisation, false, entries), "");
    }

    function recordReviewed(uint24 organisation, uint24 reviewer, Consent memory next) internal {
        bytes memory entries = entry(TAG, next.pack());
        consents.record(DEADLINE, true, entries, signed(organisation, true, entries), review(reviewer, entries));
    }

    function refused(uint24 organisation, Consent memory next, bytes memory reason) internal {
        bytes memory entries = entry(TAG, next.pack());
        bytes memory signature = signed(organisation, false, entries);
        vm.expectRevert(reason);
        consents.record(DEADLINE, false, entries, signature, "");
    }

    function refusedReviewed(uint24 organisation, uint24 reviewer, Consent memory next, bytes memory reason) internal {
        bytes memory entries = entry(TAG, next.pack());
        bytes memory signature = signed(organisation, true, entries);
        bytes memory reviewed = review(reviewer, entries);
        vm.expectRevert(reason);
        consents.record(DEADLINE, true, entries, signature, reviewed);
    }

    function signed(uint24 organisation, bool reviewed, bytes memory entries) internal view returns (bytes memory) {
        return sign(organisation, consents.digest(DEADLINE, reviewed, entries));
    }

    function review(uint24 reviewer, bytes memory entries) internal view returns (bytes memory) {
        return sign(reviewer, consents.reviewDigest(consents.digest(DEADLINE, true, entries)));
    }

    function current() internal view returns (Consent memory) {
        return consents.word(TAG).consent();
    }

    function decided(uint24 organisation, uint256 status, uint256 grantor) internal view returns (Consent memory next) {
        next = Words.consent(current().pack());
        next.version = 1;
        next.revision += 1;
        next.recordedAt = 0;
        next.status = status;
        next.grantor = grantor;
        if (grantor == Grantor.SELF) next.selfDecided = 1;
        next.organisation = organisation;
        if (status == ConsentStatus.GIVEN) {
            (next.validFrom, next.validUntil) = (block.timestamp, block.timestamp + YEAR);
        }
    }
}
