// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { IJournal } from "../interfaces/IJournal.sol";
import { JournalWord, JournalWordLibrary as J } from "../types/JournalWord.sol";

/// @notice The running head and count of a contract's accepted changes.
abstract contract Journal is IJournal {
    JournalWord private _journal;

    /// @inheritdoc IJournal
    function head() external view returns (bytes32) {
        return _journal.head();
    }

    /// @inheritdoc IJournal
    function count() external view returns (uint64) {
        return _journal.count();
    }

    /// @notice The journal, if it is open.
    function _openJournal() internal view returns (JournalWord journal) {
        journal = _journal;
        if (journal.state() != J.OPEN) revert JournalNotOpen(journal.state());
    }

    /// @notice Takes a change of an open journal into the head.
    /// @return number The count after it.
    function _advance(bytes32 digest) internal returns (uint64 number) {
        return _advance(_openJournal(), digest, J.OPEN);
    }

    /// @notice Takes a change into the head of the journal as it was read, and leaves it in a state.
    function _advance(JournalWord journal, bytes32 digest, uint256 state) internal returns (uint64 number) {
        journal = journal.advanced(digest, state);
        _journal = journal;
        return journal.count();
    }

    /// @notice The journal, if it waits for its predecessor's words.
    function _importingJournal() internal view returns (JournalWord journal, bool importing) {
        journal = _journal;
        return (journal, journal.state() == J.IMPORTING);
    }

    /// @dev For constructors: nothing is journalled yet.
    function _awaitImport() internal {
        _journal = JournalWord.wrap(J.IMPORTING);
    }
}
