// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { ICertifications } from "../interfaces/ICertifications.sol";
import { IEntries } from "../interfaces/IEntries.sol";
import { IMembers } from "../interfaces/IMembers.sol";
import { CertificationWord, CertificationWordLibrary as W } from "../types/CertificationWord.sol";
import { Authorisation, Death, Method, Role, Scheme, Status } from "../types/Codes.sol";
import { OrganisationWord } from "../types/OrganisationWord.sol";
import { ProgrammeWord } from "../types/ProgrammeWord.sol";
import { Transitions, TransitionTable } from "./Transitions.sol";

/// @notice What one entry of a batch may do to a certification. The steps are those of `ICertifications.record`.
library CertificationRules {
    /// @notice What the entries of a batch have in common, and which of them is being checked.
    struct Batch {
        IMembers members;
        uint256 scheme;
        uint256 organisation;
        uint256 roles;
        ProgrammeWord programme;
        uint256 index;
        bytes32 tag;
    }

    /// @dev The fields that say which revision a word is, which every entry changes.
    uint256 private constant REVISING = W.VERSION | W.REVISION | W.RECORDED_AT;
    /// @dev Sets of codes: bit by code.
    uint256 private constant NOT_SEEING = (1 << Method.NONE) | (1 << Method.SIGNALS);
    uint256 private constant AUTHORISING = (1 << Authorisation.NOTIFIED) | (1 << Authorisation.CONSENTED);

    /// @notice Reverts unless the batch's organisation may replace the word `old` by `next` now.
    function check(Batch memory b, CertificationWord old, CertificationWord next) internal view {
        checkForm(b, old, next);
        if (b.scheme == Scheme.SEAMLESS) checkSeamless(b, old, next);
        else if (b.scheme == Scheme.SENIOR) checkSenior(b, old, next);
        else checkDecision(b, old, next);
    }

    /// @notice Steps 1 to 3.
    function checkForm(Batch memory b, CertificationWord old, CertificationWord next) internal pure {
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

    function checkSenior(Batch memory b, CertificationWord old, CertificationWord next) internal view {
        uint256 responsible = old.organisation();
        uint256 status = old.status();
        uint256 method = next.method();
        uint256 kept = W.DEATH | W.DEATH_REPORTER | W.AUTHORISATION | W.AUTHORISER;
        uint256 set = (Status.ACTIVE << 4) | W.SENIOR_SEEN | (Scheme.SENIOR << 16);
        set |= (responsible == 0 ? b.organisation : responsible) << 192;
        _requireWord(b, old, next, kept, set, W.METHOD | W.VALID_FROM | W.VALID_UNTIL);
        _requireRole(b, Role.CERTIFIER);
        _requireResponsible(b, responsible);
        _requireTransition(b, Transitions.SENIOR, status, Status.ACTIVE);
        if (old.death() == Death.CONFIRMED) revert ICertifications.DeathRecorded(b.index, b.tag, Death.CONFIRMED);
        if ((NOT_SEEING >> method) & 1 != 0) {
            revert ICertifications.MethodNotAllowed(b.index, b.tag, method);
        }
        _requireWindow(b, next, b.programme.longestSenior());
    }

    function checkSeamless(Batch memory b, CertificationWord old, CertificationWord next) internal view {
        uint256 run;
        unchecked {
            run = old.seamlessRun() + 1; // of 5 bits
        }
        uint256 set = ((run << 11) & W.SEAMLESS_RUN) | (Scheme.SEAMLESS << 16) | (Method.SIGNALS << 24);
        uint256 free = W.VALID_FROM | W.VALID_UNTIL;
        _requireWord(b, old, next, ~(W.SEAMLESS_RUN | W.SCHEME | W.METHOD | free | REVISING), set, free);
        _requireRole(b, Role.ENGINE);
        _requireTransition(b, Transitions.SEAMLESS, old.status(), Status.ACTIVE);
        if (!old.seniorSeen()) revert ICertifications.NeverSeen(b.index, b.tag);
        if (old.death() != Death.NONE) revert ICertifications.DeathRecorded(b.index, b.tag, old.death());
        uint256 authorisation = old.authorisation();
        if ((AUTHORISING >> authorisation) & 1 == 0) {
            revert ICertifications.AuthorisationMissing(b.index, b.tag, authorisation);
        }
        uint256 limit = b.programme.seamlessLimit();
        if (run > limit) revert ICertifications.SeamlessLimitReached(b.index, b.tag, run, limit);
        _requireWindow(b, next, b.programme.longestSeamless());
        if (next.validUntil() < old.validUntil()) {
            revert ICertifications.WindowShrinks(b.index, b.tag, next.validUntil(), old.validUntil());
        }
    }

    function checkDecision(Batch memory b, CertificationWord old, CertificationWord next) internal view {
        uint256 changed = old.raw() ^ next.raw();
        if (changed & W.STATUS != 0) checkStatus(b, old, next);
        else if (changed & W.DEATH != 0) checkDeath(b, old, next);
        else if (changed & W.AUTHORISATION != 0) checkAuthorisation(b, old, next);
        else if (changed & W.ORGANISATION != 0) checkHandover(b, old, next);
        else revert ICertifications.NothingChanged(b.index, b.tag);
    }

    function checkStatus(Batch memory b, CertificationWord old, CertificationWord next) internal view {
        uint256 status = next.status();
        uint256 cleared = status == Status.REVOKED ? W.SENIOR_SEEN : 0;
        _requireWord(b, old, next, ~(cleared | W.STATUS | REVISING), 0, W.STATUS);
        _requireRole(b, Role.REVIEWER);
        _requireResponsible(b, old.organisation());
        _requireTransition(b, Transitions.STATUS, old.status(), status);
    }

    function checkDeath(Batch memory b, CertificationWord old, CertificationWord next) internal pure {
        uint256 death = next.death();
        uint256 reporter = old.deathReporter();
        uint256 set = reporter;
        if (death == Death.REPORTED) set = b.organisation;
        else if (death == Death.NONE) set = 0;
        _requireWord(b, old, next, ~(W.DEATH_REPORTER | W.DEATH | REVISING), set << 212, W.DEATH);
        _requireRole(b, death == Death.REPORTED ? Role.REPORTER : Role.REVIEWER);
        _requireTransition(b, Transitions.DEATH, old.death(), death);
        if (death != Death.REPORTED && b.organisation == reporter) {
            revert ICertifications.DeathReporterMayNotDecide(b.index, b.tag, reporter);
        }
    }

    function checkAuthorisation(Batch memory b, CertificationWord old, CertificationWord next) internal pure {
        uint256 kept = ~(W.AUTHORISER | W.AUTHORISATION | REVISING);
        _requireWord(b, old, next, kept, b.organisation << 232, W.AUTHORISATION);
        _requireRole(b, Role.RECORDER);
        _requireTransition(b, Transitions.AUTHORISATION, old.authorisation(), next.authorisation());
    }

    function checkHandover(Batch memory b, CertificationWord old, CertificationWord next) internal view {
        uint256 giver = old.organisation();
        uint256 taker = next.organisation();
        _requireWord(b, old, next, ~(W.ORGANISATION | REVISING), 0, W.ORGANISATION);
        _requireRole(b, Role.CERTIFIER | Role.REVIEWER);
        if (!_isWithin(b, giver)) {
            revert ICertifications.NotResponsible(b.index, b.tag, b.organisation, giver);
        }
        if (!_isWithin(b, taker)) {
            revert ICertifications.NotResponsible(b.index, b.tag, b.organisation, taker);
        }
        // forge-lint: disable-next-line(unsafe-typecast) an organisation is 20 bits of its word
        OrganisationWord word = OrganisationWord.wrap(b.members.organisation(uint24(taker)));
        if (!word.isActive() || word.roles() & Role.CERTIFIER == 0) {
            revert ICertifications.HandoverToUnfit(b.index, b.tag, taker);
        }
    }

    /// @notice Step 4: the word has the fields `kept` from the old one, those in `free` as signed, those in `set` from there,
    /// and no others.
    function _requireWord(
        Batch memory b,
        CertificationWord old,
        CertificationWord next,
        uint256 kept,
        uint256 set,
        uint256 free
    ) private pure {
        uint256 expected = (old.raw() & kept) | (next.raw() & (free | REVISING)) | set;
        if (next.raw() != expected) revert IEntries.WordNotExpected(b.index, b.tag, next.raw(), expected);
    }

    /// @notice Step 5: one of the roles.
    function _requireRole(Batch memory b, uint256 needed) private pure {
        if (b.roles & needed == 0) {
            revert IEntries.RoleMissing(b.index, b.tag, b.organisation, b.roles, needed);
        }
    }

    /// @notice Step 6.
    function _requireResponsible(Batch memory b, uint256 responsible) private view {
        if (responsible == b.organisation) return;
        if (responsible == 0) return;
        if (_isWithin(b, responsible)) return;
        revert ICertifications.NotResponsible(b.index, b.tag, b.organisation, responsible);
    }

    function _isWithin(Batch memory b, uint256 organisation) private view returns (bool) {
        // forge-lint: disable-next-line(unsafe-typecast) organisations are 20 bits of their words
        return b.members.isWithin(uint24(organisation), uint24(b.organisation));
    }

    /// @notice Step 7, the table.
    function _requireTransition(Batch memory b, TransitionTable table, uint256 from, uint256 to) private pure {
        if (!table.allows(from, to)) revert IEntries.TransitionNotAllowed(b.index, b.tag, from, to);
    }

    /// @notice Step 8.
    function _requireWindow(Batch memory b, CertificationWord next, uint256 longest) private view {
        uint256 from = next.validFrom();
        uint256 until = next.validUntil();
        if (from >= until) revert IEntries.WindowMalformed(b.index, b.tag, from, until);
        if (from > block.timestamp) revert IEntries.WindowInFuture(b.index, b.tag, from, block.timestamp);
        unchecked {
            uint256 length = until - from;
            if (length > longest) revert ICertifications.WindowTooLong(b.index, b.tag, length, longest);
        }
    }
}
