// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { Scheme } from "../../src/types/Codes.sol";
import { OrganisationWord } from "../../src/types/OrganisationWord.sol";
import { CertificationTest } from "../helpers/CertificationTest.sol";
import { Model } from "../helpers/Model.sol";
import { Certification, Consent, Words } from "../helpers/Words.sol";

/// @notice Any word after any word, by any organisation: the contracts record it, or refuse it, as the model says.
contract RecordFuzzTest is CertificationTest {
    using Words for *;

    bytes32 private slot;
    bytes32 private consentSlot;

    function setUp() public override {
        super.setUp();
        vm.record();
        certifications.word(PROGRAMME, TAG);
        (bytes32[] memory reads,) = vm.accesses(address(certifications));
        slot = reads[0];
        consents.word(TAG);
        (reads,) = vm.accesses(address(consents));
        consentSlot = reads[0];
    }

    /// @dev A state as it may stand, in times around now.
    function state(uint256 seed) private view returns (Certification memory c) {
        if (seed % 8 == 0) return c;
        c.version = 1;
        c.status = pick(seed, 1) % 5;
        c.death = pick(seed, 2) % 4 == 0 ? pick(seed, 3) % 3 : 0;
        c.seniorSeen = pick(seed, 4) % 4 == 0 ? 0 : 1;
        c.seamlessRun = pick(seed, 5) % 8 == 0 ? 31 : pick(seed, 6) % 5;
        c.scheme = pick(seed, 7) % 3;
        c.method = pick(seed, 8) % 9;
        c.authorisation = pick(seed, 9) % 4;
        c.revision = pick(seed, 10) % 16 == 0 ? type(uint32).max : pick(seed, 11) % 1000;
        c.validFrom = block.timestamp - pick(seed, 12) % YEAR;
        c.validUntil = block.timestamp + pick(seed, 13) % LONGEST_SEAMLESS;
        c.recordedAt = block.timestamp - 1;
        c.organisation = pick(seed, 14) % 8;
        if (c.death != 0) c.deathReporter = 1 + pick(seed, 15) % 7;
        if (c.authorisation != 0) c.authoriser = 1 + pick(seed, 16) % 7;
    }

    function pick(uint256 seed, uint256 n) private pure returns (uint256) {
        return uint256(keccak256(abi.encode(seed, n)));
    }

    /// @dev What a change makes of a state: right, but for one field in every second case.
    function change(Certification memory old, uint24 organisation, uint256 scheme, uint256 seed)
        private
        view
        returns (uint256 next)
    {
        Certification memory c;
        if (scheme == Scheme.SENIOR) {
            c = seen(old, organisation);
            c.method = pick(seed, 30) % 10;
            c.validUntil = c.validFrom + pick(seed, 31) % (LONGEST_SENIOR + 10 days);
        } else if (scheme == Scheme.SEAMLESS) {
            c = renewed(old);
            c.seamlessRun %= 32;
            if (pick(seed, 30) % 4 == 0) c.validUntil = c.validFrom + pick(seed, 31) % (LONGEST_SEAMLESS + 10 days);
        } else {
            uint256 kind = pick(seed, 32) % 4;
            if (kind == 0) c = withStatus(old, pick(seed, 33) % 6);
            else if (kind == 1) c = withDeath(old, pick(seed, 33) % 4, organisation);
            else if (kind == 2) c = withAuthorisation(old, pick(seed, 33) % 4, organisation);
            else c = withOrganisation(old, uint24(pick(seed, 33) % 9));
        }
        c.revision &= type(uint32).max;
        next = c.pack();
        if (pick(seed, 34) % 2 == 0) return next;
        return next ^ ((1 + pick(seed, 35) % 15) << (pick(seed, 36) % 256));
    }

    function outcome(bool recorded, bytes memory reason) private pure returns (bytes4) {
        return recorded ? bytes4(0) : bytes4(reason);
    }

    function actor(uint24 organisation, uint24 giver, uint24 taker) private view returns (Model.Actor memory) {
        OrganisationWord takes = OrganisationWord.wrap(members.organisation(taker));
        return Model.Actor({
            organisation: organisation,
            roles: OrganisationWord.wrap(members.organisation(organisation)).roles(),
            aboveOld: members.isWithin(giver, organisation),
            aboveNew: members.isWithin(taker, organisation),
            newIsFit: takes.isActive() && takes.roles() % 2 == 1
        });
    }

    function testFuzz_Certifications(uint256 seed, uint8 by, uint8 scheme) external {
        uint24 organisation = uint24(bound(by, 1, 7));
        scheme = uint8(bound(scheme, 0, 2));
        Certification memory old = state(seed);
        uint256 next = change(old, organisation, scheme, seed);
        vm.store(address(certifications), slot, bytes32(old.pack()));

        bytes4 expected = Model.certification(
            old.pack(),
            next,
            scheme,
            actor(organisation, uint24(old.organisation), uint24(next.certification().organisation)),
            Model.Limits(SEAMLESS_LIMIT, LONGEST_SENIOR, LONGEST_SEAMLESS)
        );
        bytes memory entries = entry(TAG, next);
        bytes memory signature = sign(organisation, certifications.digest(PROGRAMME, scheme, DEADLINE, entries));
        (bool recorded, bytes memory reason) = address(certifications)
            .call(abi.encodeCall(certifications.record, (PROGRAMME, scheme, DEADLINE, entries, signature)));
        assertEq(outcome(recorded, reason), expected);
        uint256 stored = recorded ? next + block.timestamp * 2 ** 160 : old.pack();
        assertEq(certifications.word(PROGRAMME, TAG), stored);
        assertEq(certifications.count(), recorded ? 1 : 0);
    }

    function consentState(uint256 seed) private pure returns (Consent memory c) {
        if (seed % 4 == 0) return c;
        (c.version, c.status, c.grantor) = (1, pick(seed, 1) % 5, pick(seed, 2) % 4);
        (c.selfDecided, c.revision, c.organisation) = (pick(seed, 3) % 2, pick(seed, 4) % 9, COMMUNITY);
        (c.validFrom, c.validUntil) = (NOW - 9, NOW + 9);
    }

    function consentChange(Consent memory old, uint24 organisation, uint256 seed) private pure returns (uint256 next) {
        Consent memory c = Words.consent(old.pack());
        (c.version, c.status, c.grantor) = (1, pick(seed, 11) % 5, pick(seed, 12) % 5);
        (c.revision, c.organisation, c.recordedAt) = (old.revision + 1, organisation, 0);
        if (c.grantor == 1) c.selfDecided = 1;
        if (c.status == 1) (c.validFrom, c.validUntil) = (NOW - pick(seed, 13) % 9, NOW - 4 + pick(seed, 14) % 9);
        next = c.pack();
        if (pick(seed, 15) % 2 == 0) next ^= (1 + pick(seed, 16) % 15) << (pick(seed, 17) % 256);
    }

    function recordConsent(uint24 organisation, bool reviewed, bytes memory entries) private returns (bytes4) {
        bytes32 digest = consents.digest(DEADLINE, reviewed, entries);
        uint24 reviewer = organisation == COUNTY ? STRANGER : COUNTY;
        bytes memory review = reviewed ? sign(reviewer, consents.reviewDigest(digest)) : bytes("");
        bytes memory signature = sign(organisation, digest);
        bytes memory call = abi.encodeCall(consents.record, (DEADLINE, reviewed, entries, signature, review));
        (bool recorded, bytes memory reason) = address(consents).call(call);
        return outcome(recorded, reason);
    }

    function testFuzz_Consents(uint256 seed, uint8 by, bool reviewed) external {
        uint24 organisation = uint24(bound(by, 1, 7));
        uint256 old = consentState(seed).pack();
        uint256 next = consentChange(old.consent(), organisation, seed);
        vm.store(address(consents), consentSlot, bytes32(old));
        uint256 roles = OrganisationWord.wrap(members.organisation(organisation)).roles();
        bytes4 expected = Model.consent(old, next, reviewed, organisation, roles);
        assertEq(recordConsent(organisation, reviewed, entry(TAG, next)), expected);
        assertEq(consents.word(TAG), expected == 0 ? next + block.timestamp * 2 ** 160 : old);
        assertEq(consents.count(), expected == 0 ? 1 : 0);
    }
}
