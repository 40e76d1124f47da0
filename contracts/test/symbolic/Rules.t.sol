// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { IMembers } from "../../src/interfaces/IMembers.sol";
import { CertificationRules } from "../../src/libraries/CertificationRules.sol";
import { ConsentRules } from "../../src/libraries/ConsentRules.sol";
import { CertificationWord } from "../../src/types/CertificationWord.sol";
import { ConsentWord } from "../../src/types/ConsentWord.sol";
import { ProgrammeWord } from "../../src/types/ProgrammeWord.sol";
import { Certification, Consent, Words } from "../helpers/Words.sol";

interface IHalmos {
    function enableSymbolicStorage(address) external;
}

/// @notice Proofs by halmos, for every word after every word, every organisation, role, hierarchy and limit: what the
/// rules let pass is as stated. A path on which they revert proves nothing and is dropped.
/// @dev Run by `make contracts-halmos`; forge has no use for it, since nothing here is called test.
contract RulesProofs {
    using Words for *;

    /// @dev Members as halmos likes: any hierarchy, any organisation.
    mapping(uint24 organisation => mapping(uint24 ancestor => bool)) public isWithin;
    mapping(uint24 id => uint256) public organisation;

    function setUp() external {
        // Of halmos: what these mappings hold is anything at all.
        IHalmos(0xF3993A62377BCd56AE39D773740A5390411E8BC9).enableSymbolicStorage(address(this));
    }

    struct Given {
        uint256 scheme;
        uint256 organisation;
        uint256 roles;
        uint256 programme;
        uint256 old;
        uint256 next;
    }

    /// @notice The rules let `next` follow `old`; otherwise they revert.
    function pass(Given memory g) public view returns (Certification memory o, Certification memory n) {
        // What record makes sure of before: a scheme that is known, an organisation of 20 bits, roles of 16.
        require(g.scheme <= 2 && 0 < g.organisation && g.organisation < 2 ** 20 && g.roles < 2 ** 16);
        CertificationRules.Batch memory batch = CertificationRules.Batch({
            members: IMembers(address(this)),
            scheme: g.scheme,
            organisation: g.organisation,
            roles: g.roles,
            programme: ProgrammeWord.wrap(g.programme),
            index: 0,
            tag: 0
        });
        CertificationRules.check(batch, CertificationWord.wrap(g.old), CertificationWord.wrap(g.next));
        return (g.old.certification(), g.next.certification());
    }

    // --- replay ----------------------------------------------------------------------------------------------------------

    function check_TheRevisionIsTheNext(Given memory g) external view {
        (Certification memory o, Certification memory n) = pass(g);
        assert(n.revision == o.revision + 1);
        assert(n.version == 1 && n.recordedAt == 0);
    }

    /// @dev What was recorded, stamped with any time, is never recorded again.
    function check_NothingIsRecordedTwice(Given memory g, uint32 time) external view {
        pass(g);
        g.old = g.next | (uint256(time) << 160);
        try this.pass(g) {
            assert(false);
        } catch { }
    }

    // --- transitions ------------------------------------------------------------------------------------------------------

    function check_Status(Given memory g) external view {
        (Certification memory o, Certification memory n) = pass(g);
        if (g.scheme == 1) {
            assert(n.status == 1 && (o.status == 0 || o.status == 1 || o.status == 3 || o.status == 4));
        } else if (g.scheme == 2) {
            assert(o.status == 1 && n.status == 1);
        } else if (o.status != n.status) {
            bool suspends = o.status == 1 && n.status == 2;
            bool reinstates = o.status == 2 && n.status == 1;
            bool ends = (o.status == 1 || o.status == 2) && (n.status == 3 || n.status == 4);
            assert(suspends || reinstates || ends);
            assert(g.roles & 2 != 0);
            assert(n.seniorSeen == (n.status == 3 ? 0 : o.seniorSeen));
        }
    }

    function check_Death(Given memory g) external view {
        (Certification memory o, Certification memory n) = pass(g);
        if (o.death == n.death) {
            assert(o.deathReporter == n.deathReporter);
            return;
        }
        assert(g.scheme == 0);
        if (n.death == 1) {
            assert(o.death == 0 && n.deathReporter == g.organisation && g.roles & 4 != 0);
        } else {
            assert(g.organisation != o.deathReporter && g.roles & 2 != 0);
            assert((o.death == 1 && n.death == 2) || (n.death == 0 && (o.death == 1 || o.death == 2)));
            assert(n.deathReporter == (n.death == 0 ? 0 : o.deathReporter));
        }
        // It touches nothing else but the revision.
        (n.death, n.deathReporter, n.revision) = (o.death, o.deathReporter, o.revision);
        (n.version, n.recordedAt) = (o.version, o.recordedAt);
        assert(n.pack() == o.pack());
    }

    function check_Authorisation(Given memory g) external view {
        (Certification memory o, Certification memory n) = pass(g);
        if (o.authorisation == n.authorisation) {
            assert(o.authoriser == n.authoriser);
            return;
        }
        assert(g.scheme == 0 && n.authoriser == g.organisation && g.roles & 16 != 0);
        assert(n.authorisation != 0);
        if (n.authorisation == 1) assert(o.authorisation == 0);
    }

    function check_Seamless(Given memory g) external view {
        g.scheme = 2;
        (Certification memory o, Certification memory n) = pass(g);
        assert(o.seniorSeen == 1 && n.seniorSeen == 1 && n.death == 0 && g.roles & 8 != 0);
        assert(n.authorisation == 1 || n.authorisation == 2);
        assert(n.seamlessRun == o.seamlessRun + 1 && n.seamlessRun <= (g.programme >> 1) % 32);
        assert(n.validUntil >= o.validUntil && n.organisation == o.organisation);
        assert(n.validUntil - n.validFrom <= (g.programme >> 96) % 2 ** 32 && n.validFrom <= block.timestamp);
    }

    function check_Senior(Given memory g) external view {
        g.scheme = 1;
        (Certification memory o, Certification memory n) = pass(g);
        assert(g.roles & 1 != 0 && n.seniorSeen == 1 && n.seamlessRun == 0 && n.scheme == 1);
        assert(n.method != 0 && n.method != 7 && o.death != 2 && n.death == o.death);
        assert(n.validFrom < n.validUntil && n.validFrom <= block.timestamp);
        assert(n.validUntil - n.validFrom <= (g.programme >> 64) % 2 ** 32);
        assert(n.organisation == (o.organisation == 0 ? g.organisation : o.organisation));
        bool mine = o.organisation == 0 || o.organisation == g.organisation;
        assert(mine || isWithin[uint24(o.organisation)][uint24(g.organisation)]);
    }

    function check_Responsibility(Given memory g) external view {
        (Certification memory o, Certification memory n) = pass(g);
        if (o.organisation == n.organisation || g.scheme == 1) return;
        assert(g.scheme == 0 && g.roles & 3 != 0);
        assert(isWithin[uint24(o.organisation)][uint24(g.organisation)]);
        assert(isWithin[uint24(n.organisation)][uint24(g.organisation)]);
        uint256 taker = organisation[uint24(n.organisation)];
        assert((taker >> 36) % 2 == 1 && (taker >> 20) % 2 == 1);
    }

    // --- consents --------------------------------------------------------------------------------------------------------

    function passConsent(bool reviewed, uint256 by, uint256 roles, uint256 old, uint256 next)
        public
        view
        returns (Consent memory o, Consent memory n)
    {
        require(0 < by && by < 2 ** 20 && roles < 2 ** 16);
        ConsentRules.Batch memory batch =
            ConsentRules.Batch({ reviewed: reviewed, organisation: by, roles: roles, index: 0, tag: 0 });
        ConsentRules.check(batch, ConsentWord.wrap(old), ConsentWord.wrap(next));
        return (old.consent(), next.consent());
    }

    function check_ConsentTransitions(bool reviewed, uint256 by, uint256 roles, uint256 old, uint256 next)
        external
        view
    {
        (Consent memory o, Consent memory n) = passConsent(reviewed, by, roles, old, next);
        bool given = n.status == 1 && o.status <= 3;
        bool refused = n.status == 2 && (o.status == 0 || o.status == 3);
        assert(given || refused || (n.status == 3 && o.status == 1));
        assert(n.revision == o.revision + 1 && n.organisation == by && roles & 16 != 0);
        assert(1 <= n.grantor && n.grantor <= 3);
        if (!given) assert(n.validFrom == o.validFrom && n.validUntil == o.validUntil);
    }

    function check_NobodyOverrulesThePerson(bool reviewed, uint256 by, uint256 roles, uint256 old, uint256 next)
        external
        view
    {
        (Consent memory o, Consent memory n) = passConsent(reviewed, by, roles, old, next);
        assert(n.selfDecided == (n.grantor == 1 ? 1 : o.selfDecided));
        if (o.selfDecided == 1 && n.grantor != 1) assert(n.status == 3 && o.status == 1 && reviewed);
    }

    function check_NoConsentIsRecordedTwice(
        bool reviewed,
        uint256 by,
        uint256 roles,
        uint256 old,
        uint256 next,
        uint32 time
    ) external view {
        passConsent(reviewed, by, roles, old, next);
        try this.passConsent(reviewed, by, roles, next | (uint256(time) << 160), next) {
            assert(false);
        } catch { }
    }
}
