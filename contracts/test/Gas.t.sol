// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { Authorisation, ConsentStatus, Grantor, Scheme, Status } from "../src/types/Codes.sol";
import { CertificationTest } from "./helpers/CertificationTest.sol";
import { Certification, Consent, Words } from "./helpers/Words.sol";

/// @notice What a whole transaction costs, base fee and calldata included, of 1, 10 and 100 entries; in snapshots/. Each
/// call is a transaction of its own (isolate).
/// forge-config: default.isolate = true
contract GasTest is CertificationTest {
    using Words for *;

    function setUp() public override {
        super.setUp();
        // The journal's slot is written once only for the first time.
        record(COMMUNITY, Scheme.SENIOR, seen(current(), COMMUNITY));
        consent(entry(TAG, consentWord(1, ConsentStatus.GIVEN)));
    }

    function measure(string memory name, uint256 n, uint256 most) private {
        string memory full = string.concat(name, "_", vm.toString(n));
        uint256 each = (vm.snapshotGasLastCall("gas", full) + n - 1) / n;
        assertLe(each, most, full);
    }

    function batch(uint24 organisation, uint256 scheme, uint256 n, Certification memory next) private {
        record(organisation, scheme, entriesOf(100, n, next.pack()));
    }

    function consentWord(uint256 revision, uint256 status) private view returns (uint256) {
        Consent memory c;
        (c.version, c.status, c.grantor, c.selfDecided, c.revision) = (1, status, Grantor.SELF, 1, revision);
        (c.validFrom, c.validUntil, c.organisation) = (block.timestamp, block.timestamp + YEAR, COMMUNITY);
        return c.pack();
    }

    function consent(bytes memory entries) private {
        bytes memory signature = sign(COMMUNITY, consents.digest(DEADLINE, false, entries));
        consents.record(DEADLINE, false, entries, signature, "");
    }

    function measureAll(uint256 n, uint256 first, uint256 renewal, uint256 change) private {
        Certification memory word = seen(currentOf(tag(100)), COMMUNITY);
        word.validUntil = word.validFrom + 100 days;
        batch(COMMUNITY, Scheme.SENIOR, n, word);
        measure("first", n, first);
        word = seen(currentOf(tag(100)), COMMUNITY);
        word.validUntil = word.validFrom + 100 days;
        batch(COMMUNITY, Scheme.SENIOR, n, word);
        measure("renewal", n, renewal);
        batch(COMMUNITY, Scheme.NONE, n, withAuthorisation(currentOf(tag(100)), Authorisation.NOTIFIED, COMMUNITY));
        measure("authorisation", n, renewal);
        batch(ENGINE, Scheme.SEAMLESS, n, renewed(currentOf(tag(100))));
        measure("seamless", n, renewal);
        batch(COUNTY, Scheme.NONE, n, withStatus(currentOf(tag(100)), Status.REVOKED));
        measure("revocation", n, renewal + 30_000 / n + 3000);
        consent(entriesOf(100, n, consentWord(1, ConsentStatus.GIVEN)));
        measure("consent", n, first);
        consent(entriesOf(100, n, consentWord(2, ConsentStatus.WITHDRAWN)));
        measure("withdrawal", n, change);
    }

    function test_Gas_1() external {
        measureAll(1, 72_500, 55_500, 53_000);
    }

    function test_Gas_10() external {
        measureAll(10, 31_000, 14_000, 14_000);
    }

    function test_Gas_100() external {
        measureAll(100, 26_000, 8700, 8700);
    }
}
