// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { IConsents } from "../interfaces/IConsents.sol";
import { IEntries } from "../interfaces/IEntries.sol";
import { ConsentStatus, Grantor, Role } from "../types/Codes.sol";
import { ConsentWord, ConsentWordLibrary as W } from "../types/ConsentWord.sol";
import { Transitions } from "./Transitions.sol";

/// @notice What one entry of a batch may do to a consent. The steps are those of `IConsents.record`.
library ConsentRules {
    /// @notice What the entries of a batch have in common, and which of them is being checked.
    struct Batch {
        bool reviewed;
        uint256 organisation;
        uint256 roles;
        uint256 index;
        bytes32 tag;
    }

    uint256 private constant WINDOW = W.VALID_FROM | W.VALID_UNTIL;

    /// @notice Reverts unless the batch's organisation may replace the word `old` by `next` now.
    function check(Batch memory b, ConsentWord old, ConsentWord next) internal view {
        checkForm(b, old, next);
        _requireWord(b, old, next);
        if (b.roles & Role.RECORDER == 0) {
            revert IEntries.RoleMissing(b.index, b.tag, b.organisation, b.roles, Role.RECORDER);
        }
        checkDecision(b, old, next);
        if (next.status() == ConsentStatus.GIVEN) _requireWindow(b, next);
    }

    /// @notice Steps 1 to 3.
    function checkForm(Batch memory b, ConsentWord old, ConsentWord next) internal pure {
        if (!next.isSignable()) {
            if (!next.isWellFormed()) revert IEntries.WordMalformed(b.index, b.tag, next.raw());
            revert IEntries.RecordedAtNotZero(b.index, b.tag, next.recordedAt());
        }
        uint256 expected;
        unchecked {
            expected = old.revision() + 1; // of 32 bits
        }
        if (next.revision() != expected) {
            revert IEntries.RevisionNotNext(b.index, b.tag, next.revision(), expected);
        }
    }

    /// @notice Step 7: who may decide what.
    function checkDecision(Batch memory b, ConsentWord old, ConsentWord next) internal pure {
        uint256 from = old.status();
        uint256 to = next.status();
        uint256 grantor = next.grantor();
        if (grantor < Grantor.SELF || Grantor.DELEGATE < grantor) {
            revert IConsents.GrantorUnknown(b.index, b.tag, grantor);
        }
        if (!Transitions.CONSENT.allows(from, to)) {
            revert IEntries.TransitionNotAllowed(b.index, b.tag, from, to);
        }
        if (!old.selfDecided() || grantor == Grantor.SELF) return;
        if (to != ConsentStatus.WITHDRAWN) revert IConsents.DecidedBySelf(b.index, b.tag, grantor, to);
        if (!b.reviewed) revert IConsents.ReviewMissing(b.index, b.tag, grantor);
    }

    /// @notice Step 4. Nothing but status, grantor and, if it is given, the window is free.
    function _requireWord(Batch memory b, ConsentWord old, ConsentWord next) private pure {
        uint256 free = W.VERSION | W.STATUS | W.GRANTOR | W.REVISION;
        if (next.status() == ConsentStatus.GIVEN) free |= WINDOW;
        uint256 kept = old.raw() & ~(free | W.RECORDED_AT | W.ORGANISATION);
        if (next.grantor() == Grantor.SELF) kept |= W.SELF_DECIDED;
        uint256 expected = kept | (b.organisation << 192) | (next.raw() & free);
        if (next.raw() != expected) revert IEntries.WordNotExpected(b.index, b.tag, next.raw(), expected);
    }

    /// @notice Step 8. How long a consent lasts is the person's choice.
    function _requireWindow(Batch memory b, ConsentWord next) private view {
        uint256 from = next.validFrom();
        uint256 until = next.validUntil();
        if (from >= until) revert IEntries.WindowMalformed(b.index, b.tag, from, until);
        if (from > block.timestamp) revert IEntries.WindowInFuture(b.index, b.tag, from, block.timestamp);
    }
}
