// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { ICertifications } from "../../src/interfaces/ICertifications.sol";
import { IConsents } from "../../src/interfaces/IConsents.sol";
import { IEntries } from "../../src/interfaces/IEntries.sol";
import { Certification, Consent, Words } from "./Words.sol";

/// @notice What a batch of one entry is refused for, said again in another way than the contracts do: by fields instead
/// of masks, by lists instead of tables, with codes as numbers. 0 for an entry that is to be recorded.
library Model {
    using Words for *;

    struct Actor {
        uint256 organisation;
        uint256 roles;
        /// @dev Whether the old, and the signed, organisation of the word is the actor's or below it.
        bool aboveOld;
        bool aboveNew;
        /// @dev Whether the signed organisation is active and a certifier.
        bool newIsFit;
    }

    struct Limits {
        uint256 seamless;
        uint256 longestSenior;
        uint256 longestSeamless;
    }

    uint256 private constant SENIOR = 1;
    uint256 private constant SEAMLESS = 2;

    function certification(uint256 old, uint256 next, uint256 scheme, Actor memory actor, Limits memory limits)
        internal
        view
        returns (bytes4)
    {
        Certification memory o = old.certification();
        Certification memory n = next.certification();
        if (next != n.pack() || n.version != 1) return IEntries.WordMalformed.selector;
        if (n.recordedAt != 0) return IEntries.RecordedAtNotZero.selector;
        if (n.revision != o.revision + 1) return IEntries.RevisionNotNext.selector;
        Certification memory e = old.certification();
        (e.version, e.recordedAt, e.revision) = (1, 0, n.revision);
        if (scheme == SENIOR) return senior(o, n, e, actor, limits.longestSenior);
        if (scheme == SEAMLESS) return seamless(o, n, e, actor, limits);
        return decision(o, n, e, actor);
    }

    function senior(
        Certification memory o,
        Certification memory n,
        Certification memory e,
        Actor memory actor,
        uint256 longest
    ) private view returns (bytes4) {
        (e.status, e.seniorSeen, e.seamlessRun, e.scheme) = (1, 1, 0, SENIOR);
        (e.method, e.validFrom, e.validUntil) = (n.method, n.validFrom, n.validUntil);
        if (o.organisation == 0) e.organisation = actor.organisation;
        if (e.pack() != n.pack()) return IEntries.WordNotExpected.selector;
        if (!has(actor.roles, 0)) return IEntries.RoleMissing.selector;
        if (o.organisation != 0 && !actor.aboveOld) return ICertifications.NotResponsible.selector;
        if (o.status == 2 || o.status > 4) return IEntries.TransitionNotAllowed.selector;
        if (o.death == 2) return ICertifications.DeathRecorded.selector;
        if (n.method == 0 || n.method == 7) return ICertifications.MethodNotAllowed.selector;
        return window(n, longest);
    }

    function seamless(
        Certification memory o,
        Certification memory n,
        Certification memory e,
        Actor memory actor,
        Limits memory limits
    ) private view returns (bytes4) {
        (e.scheme, e.method, e.seamlessRun) = (SEAMLESS, 7, (o.seamlessRun + 1) % 32);
        (e.validFrom, e.validUntil) = (n.validFrom, n.validUntil);
        if (e.pack() != n.pack()) return IEntries.WordNotExpected.selector;
        if (!has(actor.roles, 3)) return IEntries.RoleMissing.selector;
        if (o.status != 1) return IEntries.TransitionNotAllowed.selector;
        if (o.seniorSeen == 0) return ICertifications.NeverSeen.selector;
        if (o.death != 0) return ICertifications.DeathRecorded.selector;
        if (o.authorisation == 0 || o.authorisation == 3) return ICertifications.AuthorisationMissing.selector;
        if (o.seamlessRun >= limits.seamless) return ICertifications.SeamlessLimitReached.selector;
        bytes4 refusal = window(n, limits.longestSeamless);
        if (refusal != 0) return refusal;
        if (n.validUntil < o.validUntil) return ICertifications.WindowShrinks.selector;
        return 0;
    }

    function decision(Certification memory o, Certification memory n, Certification memory e, Actor memory actor)
        private
        pure
        returns (bytes4)
    {
        if (n.status != o.status) {
            e.status = n.status;
            if (n.status == 3) e.seniorSeen = 0;
            if (e.pack() != n.pack()) return IEntries.WordNotExpected.selector;
            if (!has(actor.roles, 1)) return IEntries.RoleMissing.selector;
            if (o.organisation != 0 && !actor.aboveOld) return ICertifications.NotResponsible.selector;
            bool ends = n.status == 3 || n.status == 4;
            bool allowed = (o.status == 1 && (n.status == 2 || ends)) || (o.status == 2 && (n.status == 1 || ends));
            return allowed ? bytes4(0) : IEntries.TransitionNotAllowed.selector;
        }
        if (n.death != o.death) {
            e.death = n.death;
            if (n.death == 1) e.deathReporter = actor.organisation;
            if (n.death == 0) e.deathReporter = 0;
            if (e.pack() != n.pack()) return IEntries.WordNotExpected.selector;
            if (!has(actor.roles, n.death == 1 ? 2 : 1)) return IEntries.RoleMissing.selector;
            if (n.death == 3 || o.death == 3 || (o.death == 0 && n.death == 2) || (o.death == 2 && n.death == 1)) {
                return IEntries.TransitionNotAllowed.selector;
            }
            bool own = n.death != 1 && o.deathReporter == actor.organisation;
            return own ? ICertifications.DeathReporterMayNotDecide.selector : bytes4(0);
        }
        if (n.authorisation != o.authorisation) {
            (e.authorisation, e.authoriser) = (n.authorisation, actor.organisation);
            if (e.pack() != n.pack()) return IEntries.WordNotExpected.selector;
            if (!has(actor.roles, 4)) return IEntries.RoleMissing.selector;
            bool refused = n.authorisation == 0 || (n.authorisation == 1 && o.authorisation != 0);
            return refused ? IEntries.TransitionNotAllowed.selector : bytes4(0);
        }
        if (n.organisation == o.organisation) return ICertifications.NothingChanged.selector;
        e.organisation = n.organisation;
        if (e.pack() != n.pack()) return IEntries.WordNotExpected.selector;
        if (!has(actor.roles, 0) && !has(actor.roles, 1)) return IEntries.RoleMissing.selector;
        if (!actor.aboveOld || !actor.aboveNew) return ICertifications.NotResponsible.selector;
        return actor.newIsFit ? bytes4(0) : ICertifications.HandoverToUnfit.selector;
    }

    function window(Certification memory n, uint256 longest) private view returns (bytes4) {
        if (n.validFrom >= n.validUntil) return IEntries.WindowMalformed.selector;
        if (n.validFrom > block.timestamp) return IEntries.WindowInFuture.selector;
        if (n.validUntil > n.validFrom + longest) return ICertifications.WindowTooLong.selector;
        return 0;
    }

    function consent(uint256 old, uint256 next, bool reviewed, uint256 organisation, uint256 roles)
        internal
        view
        returns (bytes4)
    {
        Consent memory o = old.consent();
        Consent memory n = next.consent();
        if (next != n.pack() || n.version != 1) return IEntries.WordMalformed.selector;
        if (n.recordedAt != 0) return IEntries.RecordedAtNotZero.selector;
        if (n.revision != o.revision + 1) return IEntries.RevisionNotNext.selector;
        bool unexpected = n.organisation != organisation;
        unexpected = unexpected || n.selfDecided != (n.grantor == 1 ? 1 : o.selfDecided);
        unexpected = unexpected || (n.status != 1 && (n.validFrom != o.validFrom || n.validUntil != o.validUntil));
        if (unexpected) return IEntries.WordNotExpected.selector;
        if (!has(roles, 4)) return IEntries.RoleMissing.selector;
        if (n.grantor == 0 || n.grantor > 3) return IConsents.GrantorUnknown.selector;
        bool allowed = (n.status == 1 && o.status <= 3) || (n.status == 3 && o.status == 1);
        allowed = allowed || (n.status == 2 && (o.status == 0 || o.status == 3));
        if (!allowed) return IEntries.TransitionNotAllowed.selector;
        if (o.selfDecided == 1 && n.grantor != 1) {
            if (n.status != 3) return IConsents.DecidedBySelf.selector;
            if (!reviewed) return IConsents.ReviewMissing.selector;
        }
        if (n.status == 1) {
            if (n.validFrom >= n.validUntil) return IEntries.WindowMalformed.selector;
            if (n.validFrom > block.timestamp) return IEntries.WindowInFuture.selector;
        }
        return 0;
    }

    function has(uint256 roles, uint256 bit) private pure returns (bool) {
        return (roles / 2 ** bit) % 2 == 1;
    }
}
