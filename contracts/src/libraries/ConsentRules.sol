// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { IConsents } from "../interfaces/IConsents.sol";
import { IEntries } from "../interfaces/IEntries.sol";
import { ConsentStatus, Grantor, Role } from "../types/Codes.sol";
import { ConsentWord, ConsentWordLibrary as W } from "../types/ConsentWord.sol";
import { Transitions } from "./Transitions.sol";

/// @notice What one entry of a batch may do to a consent. The steps are those of `IConsents.record`.
library ConsentRules {
    /// @notice What is the same for every entry of a batch.
    struct Batch {
        bool reviewed;
        uint256 organisation;
        uint256 roles;
    }

    /// @notice One entry and what it is to replace.
    struct Entry {
        uint256 index;
        bytes32 tag;
        ConsentWord old;
        ConsentWord next;
    }

    uint256 private constant WINDOW = W.VALID_FROM | W.VALID_UNTIL;

    /// @notice Reverts unless the batch's organisation may replace the entry's old word by its next one now.
    function check(Batch memory batch, Entry memory entry) internal view {
        checkForm(entry);
        _requireWord(batch, entry);
        require(
            batch.roles & Role.RECORDER != 0,
            IEntries.RoleMissing(entry.index, entry.tag, batch.organisation, batch.roles, Role.RECORDER)
        );
        checkDecision(batch, entry);
        if (entry.next.status() == ConsentStatus.GIVEN) _requireWindow(entry);
    }

    /// @notice Steps 1 to 3.
    function checkForm(Entry memory entry) internal pure {
        ConsentWord next = entry.next;
        require(next.isWellFormed(), IEntries.WordMalformed(entry.index, entry.tag, next.raw()));
        require(next.recordedAt() == 0, IEntries.RecordedAtNotZero(entry.index, entry.tag, next.recordedAt()));
        uint256 expected = entry.old.revision() + 1;
        require(
            next.revision() == expected, IEntries.RevisionNotNext(entry.index, entry.tag, next.revision(), expected)
        );
    }

    /// @notice Step 7: who may decide what.
    function checkDecision(Batch memory batch, Entry memory entry) internal pure {
        uint256 from = entry.old.status();
        uint256 to = entry.next.status();
        uint256 grantor = entry.next.grantor();
        require(
            Grantor.SELF <= grantor && grantor <= Grantor.DELEGATE,
            IConsents.GrantorUnknown(entry.index, entry.tag, grantor)
        );
        require(Transitions.CONSENT.allows(from, to), IEntries.TransitionNotAllowed(entry.index, entry.tag, from, to));
        if (!entry.old.selfDecided() || grantor == Grantor.SELF) return;
        require(to == ConsentStatus.WITHDRAWN, IConsents.DecidedBySelf(entry.index, entry.tag, grantor, to));
        require(batch.reviewed, IConsents.ReviewMissing(entry.index, entry.tag, grantor));
    }

    /// @notice Step 4. Nothing but status, grantor and, if it is given, the window is free.
    function _requireWord(Batch memory batch, Entry memory entry) private pure {
        uint256 next = entry.next.raw();
        uint256 free = W.VERSION | W.STATUS | W.GRANTOR | W.REVISION;
        if (entry.next.status() == ConsentStatus.GIVEN) free |= WINDOW;
        uint256 kept = entry.old.raw() & ~(free | W.RECORDED_AT | W.ORGANISATION);
        if (entry.next.grantor() == Grantor.SELF) kept |= W.SELF_DECIDED;
        uint256 expected = kept | (batch.organisation << 192) | (next & free);
        require(next == expected, IEntries.WordNotExpected(entry.index, entry.tag, next, expected));
    }

    /// @notice Step 8. How long a consent lasts is the person's choice.
    function _requireWindow(Entry memory entry) private view {
        uint256 from = entry.next.validFrom();
        uint256 until = entry.next.validUntil();
        require(from < until, IEntries.WindowMalformed(entry.index, entry.tag, from, until));
        require(from <= block.timestamp, IEntries.WindowInFuture(entry.index, entry.tag, from, block.timestamp));
    }
}
