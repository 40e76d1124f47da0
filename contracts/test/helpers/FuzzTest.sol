// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { IJournal } from "../../src/interfaces/IJournal.sol";
import { LedgerTest } from "./LedgerTest.sol";

/// @notice Calls that may be refused, and what a journal says of them: it moves by what is accepted and by nothing else.
abstract contract FuzzTest is LedgerTest {
    /// @notice Calls, and expects this error, or with none that the journal takes as many changes.
    function attempt(address target, address caller, bytes memory data, bytes4 expected, uint256 changes) internal {
        IJournal journal = IJournal(target);
        (bytes32 head, uint256 count) = (journal.head(), journal.count());
        vm.prank(caller);
        (bool accepted, bytes memory reason) = target.call(data);
        assertEq(accepted ? bytes4(0) : bytes4(reason), expected);
        assertEq(journal.count(), accepted ? count + changes : count);
        assertEq(journal.head() == head, !accepted || changes == 0);
    }

    function attempt(address target, address caller, bytes memory data, bytes4 expected) internal {
        attempt(target, caller, data, expected, 1);
    }

    /// @notice Of three callers the owner, an organisation's admin, and nobody.
    function callerOf(uint8 kind, uint24 organisation) internal returns (address) {
        if (kind % 3 == 0) return governance;
        return kind % 3 == 1 ? admin(organisation) : makeAddr("nobody");
    }
}
