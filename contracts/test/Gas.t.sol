// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { Authorisation, ConsentStatus, Grantor, Method, Scheme, Status } from "../src/types/Codes.sol";
import { CertificationTest } from "./helpers/CertificationTest.sol";
import { Certification, Consent, Words } from "./helpers/Words.sol";

/// @notice What a whole transaction costs, base fee and calldata included. Each call is one (isolate).
/// forge-config: default.isolate = true
contract GasTest is CertificationTest {
    using Words for *;

    function measure(string memory name, uint256 n, uint256 most) private {
        uint256 gas = vm.snapshotGasLastCall(name) / n;
        emit log_named_uint(name, gas);
        assertLe(gas, most, name);
    }

    function firsts(uint256 n) private view returns (bytes memory entries) {
        for (uint256 i; i < n; ++i) {
            entries = bytes.concat(entries, entry(tag(i), seen(currentOf(tag(i)), COMMUNITY).pack()));
        }
    }

    function test_gas() public {
        string[3] memory names = ["1", "10", "100"];
        uint256[3] memory ns = [uint256(1), 10, 100];
        uint256 snapshot = vm.snapshotState();
        for (uint256 k; k < 3; ++k) {
            vm.revertToState(snapshot);
            record(COMMUNITY, Scheme.SENIOR, entry(tag(999), seen(currentOf(tag(999)), COMMUNITY).pack()));
            uint256 n = ns[k];
            bytes memory e = firsts(n);
            record(COMMUNITY, Scheme.SENIOR, e);
            measure(string.concat("first_", names[k]), n, 100_000);
            e = firsts(n);
            vm.warp(block.timestamp + 1);
            record(COMMUNITY, Scheme.SENIOR, e);
            measure(string.concat("renew_", names[k]), n, 100_000);
        }
    }
}
//
