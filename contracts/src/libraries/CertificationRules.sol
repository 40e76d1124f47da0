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
    /// @notice What is the same for every entry of a batch.
    struct Batch {
        IMembers members;
        uint256 scheme;
        uint256 organisation;
        uint256 roles;
        ProgrammeWord programme;
    }

    /// @notice One entry and what it is to replace.
    struct Entry {
        uint256 index;
        bytes32 tag;
        CertificationWord old;
        CertificationWord next;
    }

    /// @dev The fields that say which revision a word is, which every entry changes.
    uint256 private constant REVISING = W.VERSION | W.REVISION | W.RECORDED_AT;

    /// @notice Reverts unless the batch's organisation may replace the entry's old word by its next one now.
    function check(Batch memory batch, Entry memory entry) internal view {
        checkForm(entry);
        if (batch.scheme == Scheme.SENIOR) checkSenior(batch, entry);
        else if (batch.scheme == Scheme.SEAMLESS) checkSeamless(batch, entry);
        else checkDecision(batch, entry);
    }

    /// @notice Steps 1 to 3.
    function checkForm(Entry memory entry) internal pure {
        CertificationWord next = entry.next;
        require(next.isWellFormed(), IEntries.WordMalformed(entry.index, entry.tag, next.raw()));
        require(next.recordedAt() == 0, IEntries.RecordedAtNotZero(entry.index, entry.tag, next.recordedAt()));
        uint256 expected = entry.old.revision() + 1;
        require(
            next.revision() == expected, IEntries.RevisionNotNext(entry.index, entry.tag, next.revision(), expected)
        );
    }

    function checkSenior(Batch memory batch, Entry memory entry) internal view {
        CertificationWord old = entry.old;
        CertificationWord next = entry.next;
        uint256 responsible = old.organisation() == 0 ? batch.organisation : old.organisation();
        _requireWord(
            entry,
            W.STATUS | W.SENIOR_SEEN | W.SEAMLESS_RUN | W.SCHEME | W.ORGANISATION,
            (Status.ACTIVE << 4) | W.SENIOR_SEEN | (Scheme.SENIOR << 16) | (responsible << 192),
            W.METHOD | W.VALID_FROM | W.VALID_UNTIL
        );
        _requireRole(batch, entry, Role.CERTIFIER);
        _requireResponsible(batch, entry);
        _requireTransition(entry, Transitions.SENIOR, old.status(), Status.ACTIVE);
        require(old.death() != Death.CONFIRMED, ICertifications.DeathRecorded(entry.index, entry.tag, old.death()));
        uint256 method = next.method();
        require(
            method != Method.NONE && method != Method.SIGNALS,
            ICertifications.MethodNotAllowed(entry.index, entry.tag, method)
        );
        _requireWindow(entry, batch.programme.longestSenior());
    }

    function checkSeamless(Batch memory batch, Entry memory entry) internal view {
        CertificationWord old = entry.old;
        uint256 run = old.seamlessRun() + 1;
        _requireWord(
            entry,
            W.SEAMLESS_RUN | W.SCHEME | W.METHOD,
            ((run << 11) & W.SEAMLESS_RUN) | (Scheme.SEAMLESS << 16) | (Method.SIGNALS << 24),
            W.VALID_FROM | W.VALID_UNTIL
        );
        _requireRole(batch, entry, Role.ENGINE);
        _requireTransition(entry, Transitions.SEAMLESS, old.status(), Status.ACTIVE);
        require(old.seniorSeen(), ICertifications.NeverSeen(entry.index, entry.tag));
        require(old.death() == Death.NONE, ICertifications.DeathRecorded(entry.index, entry.tag, old.death()));
        uint256 authorisation = old.authorisation();
        require(
            authorisation == Authorisation.NOTIFIED || authorisation == Authorisation.CONSENTED,
            ICertifications.AuthorisationMissing(entry.index, entry.tag, authorisation)
        );
        uint256 limit = batch.programme.seamlessLimit();
        require(run <= limit, ICertifications.SeamlessLimitReached(entry.index, entry.tag, run, limit));
        _requireWindow(entry, batch.programme.longestSeamless());
        require(
            entry.next.validUntil() >= old.validUntil(),
            ICertifications.WindowShrinks(entry.index, entry.tag, entry.next.validUntil(), old.validUntil())
        );
    }

    function checkDecision(Batch memory batch, Entry memory entry) internal view {
        uint256 changed = entry.old.raw() ^ entry.next.raw();
        if (changed & W.STATUS != 0) checkStatus(batch, entry);
        else if (changed & W.DEATH != 0) checkDeath(batch, entry);
        else if (changed & W.AUTHORISATION != 0) checkAuthorisation(batch, entry);
        else if (changed & W.ORGANISATION != 0) checkHandover(batch, entry);
        else revert ICertifications.NothingChanged(entry.index, entry.tag);
    }

    function checkStatus(Batch memory batch, Entry memory entry) internal view {
        uint256 status = entry.next.status();
        _requireWord(entry, status == Status.REVOKED ? W.SENIOR_SEEN : 0, 0, W.STATUS);
        _requireRole(batch, entry, Role.REVIEWER);
        _requireResponsible(batch, entry);
        _requireTransition(entry, Transitions.STATUS, entry.old.status(), status);
    }

    function checkDeath(Batch memory batch, Entry memory entry) internal pure {
        uint256 death = entry.next.death();
        uint256 reporter = entry.old.deathReporter();
        uint256 expected = reporter;
        if (death == Death.REPORTED) expected = batch.organisation;
        else if (death == Death.NONE) expected = 0;
        _requireWord(entry, W.DEATH_REPORTER, expected << 212, W.DEATH);
        _requireRole(batch, entry, death == Death.REPORTED ? Role.REPORTER : Role.REVIEWER);
        _requireTransition(entry, Transitions.DEATH, entry.old.death(), death);
        require(
            death == Death.REPORTED || batch.organisation != reporter,
            ICertifications.DeathReporterMayNotDecide(entry.index, entry.tag, reporter)
        );
    }

    function checkAuthorisation(Batch memory batch, Entry memory entry) internal pure {
        _requireWord(entry, W.AUTHORISER, batch.organisation << 232, W.AUTHORISATION);
        _requireRole(batch, entry, Role.RECORDER);
        _requireTransition(entry, Transitions.AUTHORISATION, entry.old.authorisation(), entry.next.authorisation());
    }

    function checkHandover(Batch memory batch, Entry memory entry) internal view {
        uint256 giver = entry.old.organisation();
        uint256 taker = entry.next.organisation();
        _requireWord(entry, 0, 0, W.ORGANISATION);
        _requireRole(batch, entry, Role.CERTIFIER | Role.REVIEWER);
        require(
            _isWithin(batch, giver), ICertifications.NotResponsible(entry.index, entry.tag, batch.organisation, giver)
        );
        require(
            _isWithin(batch, taker), ICertifications.NotResponsible(entry.index, entry.tag, batch.organisation, taker)
        );
        // forge-lint: disable-next-line(unsafe-typecast) an organisation is 20 bits of its word
        OrganisationWord word = OrganisationWord.wrap(batch.members.organisation(uint24(taker)));
        require(
            word.isActive() && word.roles() & Role.CERTIFIER != 0,
            ICertifications.HandoverToUnfit(entry.index, entry.tag, taker)
        );
    }

    /// @notice Step 4: the word is the old one, with `set` in place of the fields `fixed_`, and with the fields `free` as
    /// signed.
    function _requireWord(Entry memory entry, uint256 fixed_, uint256 set, uint256 free) private pure {
        uint256 next = entry.next.raw();
        uint256 expected = (entry.old.raw() & ~(fixed_ | free | REVISING)) | set | (next & (free | REVISING));
        require(next == expected, IEntries.WordNotExpected(entry.index, entry.tag, next, expected));
    }

    /// @notice Step 5: one of the roles.
    function _requireRole(Batch memory batch, Entry memory entry, uint256 needed) private pure {
        require(
            batch.roles & needed != 0,
            IEntries.RoleMissing(entry.index, entry.tag, batch.organisation, batch.roles, needed)
        );
    }

    /// @notice Step 6.
    function _requireResponsible(Batch memory batch, Entry memory entry) private view {
        uint256 responsible = entry.old.organisation();
        if (responsible == 0 || responsible == batch.organisation) return;
        require(
            _isWithin(batch, responsible),
            ICertifications.NotResponsible(entry.index, entry.tag, batch.organisation, responsible)
        );
    }

    function _isWithin(Batch memory batch, uint256 organisation) private view returns (bool) {
        // forge-lint: disable-next-line(unsafe-typecast) organisations are 20 bits of their words
        return batch.members.isWithin(uint24(organisation), uint24(batch.organisation));
    }

    /// @notice Step 7, the table.
    function _requireTransition(Entry memory entry, TransitionTable table, uint256 from, uint256 to) private pure {
        require(table.allows(from, to), IEntries.TransitionNotAllowed(entry.index, entry.tag, from, to));
    }

    /// @notice Step 8.
    function _requireWindow(Entry memory entry, uint256 longest) private view {
        uint256 from = entry.next.validFrom();
        uint256 until = entry.next.validUntil();
        require(from < until, IEntries.WindowMalformed(entry.index, entry.tag, from, until));
        require(from <= block.timestamp, IEntries.WindowInFuture(entry.index, entry.tag, from, block.timestamp));
        require(until - from <= longest, ICertifications.WindowTooLong(entry.index, entry.tag, until - from, longest));
    }
}
