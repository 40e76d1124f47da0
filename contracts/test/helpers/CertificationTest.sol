// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { Authorisation, Death, Method, Scheme, Status } from "../../src/types/Codes.sol";
import { LedgerTest } from "./LedgerTest.sol";
import { Certification, Words } from "./Words.sol";

/// @notice Certifications as organisations would record them.
abstract contract CertificationTest is LedgerTest {
    using Words for *;

    bytes32 internal immutable TAG = tag(0);

    // --- recording ------------------------------------------------------------------------------------------------------

    function record(uint24 organisation, uint256 scheme, bytes memory entries) internal {
        bytes32 digest = certifications.digest(PROGRAMME, uint8(scheme), DEADLINE, entries);
        certifications.record(PROGRAMME, uint8(scheme), DEADLINE, entries, sign(organisation, digest));
    }

    function record(uint24 organisation, uint256 scheme, Certification memory next) internal {
        record(organisation, scheme, entry(TAG, next.pack()));
    }

    function refused(uint24 organisation, uint256 scheme, Certification memory next, bytes memory reason) internal {
        refused(organisation, scheme, next.pack(), reason);
    }

    function refused(uint24 organisation, uint256 scheme, uint256 next, bytes memory reason) internal {
        bytes memory entries = entry(TAG, next);
        bytes memory signature = sign(organisation, certifications.digest(PROGRAMME, uint8(scheme), DEADLINE, entries));
        vm.expectRevert(reason);
        certifications.record(PROGRAMME, uint8(scheme), DEADLINE, entries, signature);
    }

    function current() internal view returns (Certification memory) {
        return currentOf(TAG);
    }

    function currentOf(bytes32 tag_) internal view returns (Certification memory) {
        return certifications.word(PROGRAMME, tag_).certification();
    }

    // --- the words that follow one ---------------------------------------------------------------------------------------

    /// @notice The next revision, with nothing changed yet.
    function revised(Certification memory old) internal pure returns (Certification memory next) {
        next = Words.certification(old.pack());
        next.version = 1;
        next.revision = old.revision + 1;
        next.recordedAt = 0;
    }

    function seen(Certification memory old, uint24 organisation) internal view returns (Certification memory next) {
        next = revised(old);
        next.status = Status.ACTIVE;
        next.seniorSeen = 1;
        next.seamlessRun = 0;
        next.scheme = Scheme.SENIOR;
        next.method = Method.VISIT;
        next.validFrom = block.timestamp - 10 days;
        next.validUntil = next.validFrom + LONGEST_SENIOR;
        if (old.organisation == 0) next.organisation = organisation;
    }

    function renewed(Certification memory old) internal view returns (Certification memory next) {
        next = revised(old);
        next.scheme = Scheme.SEAMLESS;
        next.method = Method.SIGNALS;
        next.seamlessRun = old.seamlessRun + 1;
        next.validUntil = old.validUntil;
        next.validFrom = block.timestamp - 10 days;
        if (next.validUntil > next.validFrom + LONGEST_SEAMLESS) next.validFrom = next.validUntil - LONGEST_SEAMLESS;
        else next.validUntil = next.validFrom + LONGEST_SEAMLESS;
    }

    function withStatus(Certification memory old, uint256 status) internal pure returns (Certification memory next) {
        next = revised(old);
        next.status = status;
        if (status == Status.REVOKED) next.seniorSeen = 0;
    }

    function withDeath(Certification memory old, uint256 death, uint24 organisation)
        internal
        pure
        returns (Certification memory next)
    {
        next = revised(old);
        next.death = death;
        if (death == Death.REPORTED) next.deathReporter = organisation;
        if (death == Death.NONE) next.deathReporter = 0;
    }

    function withAuthorisation(Certification memory old, uint256 authorisation, uint24 organisation)
        internal
        pure
        returns (Certification memory next)
    {
        next = revised(old);
        next.authorisation = authorisation;
        next.authoriser = organisation;
    }

    function withOrganisation(Certification memory old, uint24 organisation)
        internal
        pure
        returns (Certification memory next)
    {
        next = revised(old);
        next.organisation = organisation;
    }

    // --- states to start from --------------------------------------------------------------------------------------------

    /// @notice Seen by the community and notified of the seamless certification; ends soon enough to be renewed.
    function givenSeenAndNotified() internal {
        Certification memory next = seen(current(), COMMUNITY);
        next.validUntil = next.validFrom + 100 days;
        record(COMMUNITY, Scheme.SENIOR, next);
        record(COMMUNITY, Scheme.NONE, withAuthorisation(current(), Authorisation.NOTIFIED, COMMUNITY));
    }

    function givenSeen() internal {
        record(COMMUNITY, Scheme.SENIOR, seen(current(), COMMUNITY));
    }
}
