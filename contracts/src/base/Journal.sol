// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { IJournal } from "../interfaces/IJournal.sol";

/// @notice The running head and count of a contract's accepted changes.
abstract contract Journal is IJournal {
    enum State {
        OPEN,
        IMPORTING,
        SEALED
    }

    /// @dev One slot, because every record pays for it.
    struct Position {
        bytes26 head;
        uint40 count;
        State state;
    }

    Position private _position;

    /// @inheritdoc IJournal
    function head() external view returns (bytes32) {
        return _position.head;
    }

    /// @inheritdoc IJournal
    function count() external view returns (uint64) {
        return _position.count;
    }

    /// @notice Takes a change of an open journal into the head.
    /// @return number The count after it.
    function _advance(bytes32 digest) internal returns (uint64 number) {
        return _advanceIn(State.OPEN, digest, State.OPEN);
    }

    /// @notice Takes a change into the head of a journal in state `from` and leaves the journal in state `to`.
    function _advanceIn(State from, bytes32 digest, State to) internal returns (uint64 number) {
        Position memory position = _position;
        if (position.state != from) revert JournalNotOpen(uint256(position.state));
        position.head = bytes26(keccak256(abi.encodePacked(bytes32(position.head), digest)));
        position.count += 1;
        position.state = to;
        _position = position;
        return position.count;
    }

    function _state() internal view returns (State) {
        return _position.state;
    }

    function _requireOpen() internal view {
        State state = _position.state;
        if (state != State.OPEN) revert JournalNotOpen(uint256(state));
    }

    /// @dev For constructors: nothing is journalled yet.
    function _awaitImport() internal {
        _position.state = State.IMPORTING;
    }
}
