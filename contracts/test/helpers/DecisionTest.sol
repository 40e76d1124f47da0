// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { ICertifications } from "../../src/interfaces/ICertifications.sol";
import { IEntries } from "../../src/interfaces/IEntries.sol";
import { Scheme } from "../../src/types/Codes.sol";
import { CertificationTest } from "./CertificationTest.sol";
import { Certification, Words } from "./Words.sol";

/// @notice Batches of decisions, and what they are refused for.
abstract contract DecisionTest is CertificationTest {
    using Words for *;

    function decide(uint24 organisation, Certification memory next) internal {
        record(organisation, Scheme.NONE, next);
    }

    function refusedAs(uint24 organisation, Certification memory next, bytes memory reason) internal {
        refused(organisation, Scheme.NONE, next, reason);
    }

    function unexpectedFrom(uint24 organisation, Certification memory wrong, Certification memory right) internal {
        bytes memory reason =
            abi.encodeWithSelector(IEntries.WordNotExpected.selector, 0, TAG, wrong.pack(), right.pack());
        refusedAs(organisation, wrong, reason);
    }

    function roleMissing(uint24 organisation, uint256 roles, uint256 needed) internal view returns (bytes memory) {
        return abi.encodeWithSelector(IEntries.RoleMissing.selector, 0, TAG, organisation, roles, needed);
    }

    function notAllowed(uint256 from, uint256 to) internal view returns (bytes memory) {
        return abi.encodeWithSelector(IEntries.TransitionNotAllowed.selector, 0, TAG, from, to);
    }

    function notResponsible(uint24 organisation, uint24 responsible) internal view returns (bytes memory) {
        return abi.encodeWithSelector(ICertifications.NotResponsible.selector, 0, TAG, organisation, responsible);
    }

    function assertAfter(Certification memory expected) internal view {
        expected.recordedAt = block.timestamp;
        assertEq(current().pack(), expected.pack());
    }
}
