// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { Vm } from "forge-std/Vm.sol";

import { ICertifications } from "../../src/interfaces/ICertifications.sol";
import { IMembers } from "../../src/interfaces/IMembers.sol";
import { IPolicies } from "../../src/interfaces/IPolicies.sol";
import { Grantor, Scheme, Status } from "../../src/types/Codes.sol";
import { OrganisationWord } from "../../src/types/OrganisationWord.sol";
import { ProgrammeWord } from "../../src/types/ProgrammeWord.sol";
import { SignerWord } from "../../src/types/SignerWord.sol";
import { CertificationsContract, ConsentsContract } from "../helpers/Contracts.sol";
import { Certification, Consent, Words } from "../helpers/Words.sol";
import { Strangers } from "./Strangers.sol";

/// @notice Organisations at work on a few people, with what follows from the events alone kept beside the contracts.
contract Handler is Strangers {
    using Words for *;

    uint256 public constant PEOPLE = 4;

    /// @dev Folded from events: words, records of a tag, heads, counts.
    mapping(bytes32 tag => uint256) public certificationOf;
    mapping(bytes32 tag => uint256) public consentOf;
    mapping(bytes32 tag => uint256) public certificationRecords;
    mapping(bytes32 tag => uint256) public consentRecords;
    mapping(address journal => bytes32) public headOf;
    mapping(address journal => uint256) public countOf;

    /// @dev Findings: what must never be.
    uint256 public unseenActives;
    uint256 public unauthorisedSeamless;
    uint256 public ownDeathDecisions;
    uint256 public overruledPersons;
    uint256 public unauthorisedRecords;
    uint256 public shrunkTrees;

    uint256 public recorded;
    uint256 public refusals;

    function setUp() public override {
        super.setUp();
        (headOf[address(members)], countOf[address(members)]) = (members.head(), members.count());
        (headOf[address(policies)], countOf[address(policies)]) = (policies.head(), policies.count());
    }

    // --- actions ---------------------------------------------------------------------------------------------------------

    function certify(uint256 person, uint256 by, uint256 method, uint256 length) external {
        uint24 organisation = organisationOf(by);
        Certification memory next = seen(currentOf(tag(person % PEOPLE)), organisation);
        next.method = method % 9;
        next.validUntil = next.validFrom + 1 + length % (LONGEST_SENIOR + 1 days);
        send(organisation, Scheme.SENIOR, person, next);
    }

    function renew(uint256 person) external {
        Certification memory next = renewed(currentOf(tag(person % PEOPLE)));
        next.seamlessRun %= 32;
        send(ENGINE, Scheme.SEAMLESS, person, next);
    }

    function setStatus(uint256 person, uint256 by, uint256 status) external {
        send(organisationOf(by), Scheme.NONE, person, withStatus(currentOf(tag(person % PEOPLE)), status % 5));
    }

    function setDeath(uint256 person, uint256 by, uint256 death) external {
        uint24 organisation = organisationOf(by);
        Certification memory next = withDeath(currentOf(tag(person % PEOPLE)), death % 3, organisation);
        send(organisation, Scheme.NONE, person, next);
    }

    function setAuthorisation(uint256 person, uint256 by, uint256 authorisation) external {
        uint24 organisation = organisationOf(by);
        Certification memory old = currentOf(tag(person % PEOPLE));
        send(organisation, Scheme.NONE, person, withAuthorisation(old, authorisation % 4, organisation));
    }

    function handOver(uint256 person, uint256 by, uint256 to) external {
        Certification memory next = withOrganisation(currentOf(tag(person % PEOPLE)), organisationOf(to));
        send(organisationOf(by), Scheme.NONE, person, next);
    }

    /// @dev Any bits at all, of the right form.
    function tamper(uint256 person, uint256 by, uint256 scheme, uint256 bits) external {
        Certification memory next = Words.certification(currentOf(tag(person % PEOPLE)).pack() ^ bits);
        Certification memory old = currentOf(tag(person % PEOPLE));
        (next.version, next.recordedAt, next.revision) = (1, 0, old.revision + 1);
        send(organisationOf(by), scheme % 3, person, next);
    }

    function decide(uint256 person, uint256 by, uint256 status, uint256 grantor, bool reviewed) external {
        uint24 organisation = organisationOf(by);
        bytes32 tag_ = tag(person % PEOPLE);
        Consent memory next = consents.word(tag_).consent();
        (next.version, next.revision, next.recordedAt) = (1, next.revision + 1, 0);
        (next.status, next.grantor, next.organisation) = (status % 4, grantor % 4, organisation);
        if (next.grantor == Grantor.SELF) next.selfDecided = 1;
        if (next.status == 1) (next.validFrom, next.validUntil) = (block.timestamp, block.timestamp + YEAR);
        sendConsent(organisation, reviewed, entry(tag_, next.pack()));
    }

    function pass(uint256 time) external {
        vm.warp(block.timestamp + time % 3 days);
    }

    /// @dev Organisations lose and regain roles; their keys' words follow.
    function change(uint256 by, uint256 roles, bool active) external {
        uint24 organisation = organisationOf(by);
        OrganisationWord word = OrganisationWord.wrap(members.organisation(organisation));
        (uint24 parent, uint16 given) = (uint24(word.parent()), uint16(roles % 64) | 1);
        active = active || by % 4 != 0;
        vm.prank(governance);
        members.changeOrganisation(organisation, parent, given, active);
        bytes32 topic = IMembers.OrganisationChanged.selector;
        advance(address(members), keccak256(abi.encode(topic, organisation, parent, given, active)));
    }

    /// @dev The programme is closed now and then, and opened again, under the same limits.
    function setProgramme(uint256 seed) external {
        setProgramme(seed % 4 != 0);
    }

    function setProgramme(bool active) private {
        (uint256 word,) = policies.programme(PROGRAMME);
        uint32 version = uint32(ProgrammeWord.wrap(word).version() + 1);
        vm.prank(governance);
        policies.setProgramme(PROGRAMME, version, active, SEAMLESS_LIMIT, LONGEST_SENIOR, LONGEST_SEAMLESS, "rules");
        bytes32 topic = IPolicies.ProgrammeSet.selector;
        bytes32 digest = keccak256(
            abi.encode(
                topic, PROGRAMME, version, active, SEAMLESS_LIMIT, LONGEST_SENIOR, LONGEST_SEAMLESS, bytes32("rules")
            )
        );
        advance(address(policies), digest);
    }

    function anchor(uint256 by, uint8 stream, uint64 size, bytes32 root) external {
        (uint24 organisation, uint40 deadline) = (organisationOf(by), uint40(block.timestamp));
        bytes32 digest = anchors.digest(organisation, stream % 6, size, root, deadline);
        (uint64 before,,) = anchors.treeHead(organisation, stream % 6);
        try anchors.anchor(organisation, stream % 6, size, root, deadline, sign(organisation, digest)) {
            if (size <= before) shrunkTrees += 1;
            advance(address(anchors), digest);
        } catch {
            refusals += 1;
        }
    }

    // --- sending ---------------------------------------------------------------------------------------------------------

    function send(uint24 organisation, uint256 scheme, uint256 person, Certification memory next) private {
        send(organisation, scheme, entry(tag(person % PEOPLE), next.pack()));
    }

    function send(uint24 organisation, uint256 scheme, bytes memory entries) private {
        uint40 deadline = uint40(block.timestamp);
        bytes32 digest = certifications.digest(PROGRAMME, uint8(scheme), deadline, entries);
        vm.recordLogs();
        try certifications.record(PROGRAMME, uint8(scheme), deadline, entries, sign(organisation, digest)) {
            fold(vm.getRecordedLogs());
        } catch {
            refusals += 1;
        }
    }

    function sendConsent(uint24 organisation, bool reviewed, bytes memory entries) private {
        uint40 deadline = uint40(block.timestamp);
        bytes32 digest = consents.digest(deadline, reviewed, entries);
        bytes memory review = reviewed ? sign(STRANGER, consents.reviewDigest(digest)) : bytes("");
        vm.recordLogs();
        try consents.record(deadline, reviewed, entries, sign(organisation, digest), review) {
            fold(vm.getRecordedLogs());
        } catch {
            refusals += 1;
        }
    }

    // --- folding events --------------------------------------------------------------------------------------------------

    function fold(Vm.Log[] memory logs) private {
        for (uint256 i = 0; i < logs.length; ++i) {
            bool certification = logs[i].topics[0] == ICertifications.CertificationsRecorded.selector;
            address key = address(uint160(uint256(logs[i].topics[2])));
            uint256 organisation = uint256(logs[i].topics[3]);
            SignerWord word = SignerWord.wrap(members.signer(key));
            if (word.organisation() != organisation || !word.isActive()) unauthorisedRecords += 1;
            if (certification) foldCertification(logs[i].data, organisation, word.roles());
            else foldConsent(logs[i].data, word.roles());
            recorded += 1;
        }
    }

    function foldCertification(bytes memory data, uint256 organisation, uint256 roles) private {
        (uint16 programme, uint8 scheme, uint40 deadline, bytes memory entries,) =
            abi.decode(data, (uint16, uint8, uint40, bytes, bytes));
        (bytes32 tag_, uint256 next) = read(entries);
        check(certificationOf[tag_].certification(), next.certification(), scheme, organisation, roles);
        certificationOf[tag_] = next + block.timestamp * 2 ** 160;
        certificationRecords[tag_] += 1;
        bytes32 digest = certifications.digest(programme, scheme, deadline, entries);
        advance(address(certifications), digest);
    }

    function foldConsent(bytes memory data, uint256 roles) private {
        (uint40 deadline, bool reviewed, bytes memory entries,,) = abi.decode(data, (uint40, bool, bytes, bytes, bytes));
        (bytes32 tag_, uint256 next) = read(entries);
        Consent memory old = consentOf[tag_].consent();
        Consent memory c = next.consent();
        bool overruled = old.selfDecided == 1 && c.grantor != 1 && !(c.status == 3 && reviewed);
        if (overruled || c.selfDecided < old.selfDecided) overruledPersons += 1;
        if ((roles / 16) % 2 == 0) unauthorisedRecords += 1;
        consentOf[tag_] = next + block.timestamp * 2 ** 160;
        consentRecords[tag_] += 1;
        advance(address(consents), consents.digest(deadline, reviewed, entries));
    }

    function advance(address journal, bytes32 digest) private {
        headOf[journal] = fold(headOf[journal], digest);
        countOf[journal] += 1;
    }

    function check(Certification memory o, Certification memory n, uint256 scheme, uint256 organisation, uint256 roles)
        private
    {
        if (n.status == Status.ACTIVE && n.seniorSeen == 0) unseenActives += 1;
        if (scheme == Scheme.SENIOR && roles % 2 == 0) unauthorisedRecords += 1;
        if (scheme == Scheme.SEAMLESS) {
            bool authorised = n.authorisation == 1 || n.authorisation == 2;
            bool fit = authorised && n.seniorSeen == 1 && n.death == 0 && n.seamlessRun <= SEAMLESS_LIMIT;
            if (!fit || (roles / 8) % 2 == 0) unauthorisedSeamless += 1;
        } else if (n.seamlessRun > o.seamlessRun) {
            unauthorisedSeamless += 1;
        }
        if (o.death != n.death && n.death != 1 && o.deathReporter == organisation) ownDeathDecisions += 1;
    }

    function read(bytes memory entries) private pure returns (bytes32 tag_, uint256 word) {
        assembly ("memory-safe") {
            tag_ := mload(add(entries, 32))
            word := mload(add(entries, 64))
        }
    }

    // --- at the end -----------------------------------------------------------------------------------------------------

    /// @notice By an organisation that may, in a programme that is open.
    function certifySomebodyNew() external returns (bytes32 somebody) {
        setProgramme(true);
        vm.prank(governance);
        members.changeOrganisation(COMMUNITY, SUBDISTRICT, 1, true);
        somebody = tag(PEOPLE);
        send(COMMUNITY, Scheme.SENIOR, entry(somebody, seen(currentOf(somebody), COMMUNITY).pack()));
    }

    // --- for the invariants ----------------------------------------------------------------------------------------------

    function contracts() external view returns (CertificationsContract, ConsentsContract) {
        return (certifications, consents);
    }

    function tagOf(uint256 person) external pure returns (bytes32) {
        return tag(person);
    }

    function recordedProgramme() external pure returns (uint16) {
        return PROGRAMME;
    }
}
