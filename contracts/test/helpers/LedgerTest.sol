// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { Test } from "forge-std/Test.sol";

import { Role } from "../../src/types/Codes.sol";
import {
    AnchorsContract,
    CertificationsContract,
    ConsentsContract,
    MembersContract,
    PoliciesContract
} from "./Contracts.sol";

/// @notice A deployment with a county's organisations, one key each, and one programme.
abstract contract LedgerTest is Test {
    uint32 internal constant NOW = 1_790_000_000;
    uint32 internal constant YEAR = 365 days;
    uint40 internal constant DEADLINE = NOW + 1 days;

    uint24 internal constant COUNTY = 1;
    uint24 internal constant SUBDISTRICT = 2;
    uint24 internal constant COMMUNITY = 3;
    uint24 internal constant NEIGHBOUR = 4;
    uint24 internal constant HOSPITAL = 5;
    uint24 internal constant ENGINE = 6;
    /// @dev Another subdistrict, with every role.
    uint24 internal constant STRANGER = 7;

    uint16 internal constant PROGRAMME = 1;
    uint16 internal constant CLOSED_PROGRAMME = 2;
    uint16 internal constant UNKNOWN_PROGRAMME = 99;
    uint8 internal constant SEAMLESS_LIMIT = 3;
    uint32 internal constant LONGEST_SENIOR = 400 days;
    uint32 internal constant LONGEST_SEAMLESS = 200 days;
    uint16 internal constant EVERY_ROLE = 63;

    address internal immutable governance = makeAddr("governance");

    MembersContract internal members;
    PoliciesContract internal policies;
    CertificationsContract internal certifications;
    ConsentsContract internal consents;
    AnchorsContract internal anchors;

    function setUp() public virtual {
        vm.warp(NOW);
        members = MembersContract(deployCode("Members.sol:Members", abi.encode(governance)));
        policies = PoliciesContract(deployCode("Policies.sol:Policies", abi.encode(members)));
        certifications = newCertifications(address(0), 0, 0);
        consents = newConsents(address(0), 0, 0);
        anchors = AnchorsContract(deployCode("Anchors.sol:Anchors", abi.encode(members)));

        uint256 community = Role.CERTIFIER | Role.REPORTER | Role.RECORDER;
        addOrganisation(COUNTY, 0, Role.REVIEWER);
        addOrganisation(SUBDISTRICT, COUNTY, Role.REVIEWER | Role.REPORTER | Role.RECORDER);
        addOrganisation(COMMUNITY, SUBDISTRICT, community);
        addOrganisation(NEIGHBOUR, SUBDISTRICT, community);
        addOrganisation(HOSPITAL, 0, Role.REPORTER);
        addOrganisation(ENGINE, COUNTY, Role.ENGINE);
        addOrganisation(STRANGER, COUNTY, EVERY_ROLE);
        vm.startPrank(governance);
        policies.setEnforcer(address(certifications));
        policies.setProgramme(PROGRAMME, 1, true, SEAMLESS_LIMIT, LONGEST_SENIOR, LONGEST_SEAMLESS, "rules");
        policies.setProgramme(CLOSED_PROGRAMME, 1, false, SEAMLESS_LIMIT, LONGEST_SENIOR, LONGEST_SEAMLESS, "rules");
        vm.stopPrank();
    }

    function newCertifications(address predecessor, bytes32 root, uint256 total)
        internal
        returns (CertificationsContract)
    {
        bytes memory arguments = abi.encode(members, policies, predecessor, root, total);
        return CertificationsContract(deployCode("Certifications.sol:Certifications", arguments));
    }

    function newConsents(address predecessor, bytes32 root, uint256 total) internal returns (ConsentsContract) {
        bytes memory arguments = abi.encode(members, predecessor, root, total);
        return ConsentsContract(deployCode("Consents.sol:Consents", arguments));
    }

    /// @notice Adds an organisation with an admin and one key, valid for a year around now.
    function addOrganisation(uint24 id, uint24 parent, uint256 roles) internal {
        vm.startPrank(governance);
        members.addOrganisation(id, parent, uint16(roles), admin(id), "");
        members.addSigner(id, signer(id), NOW - YEAR, NOW + YEAR);
        vm.stopPrank();
    }

    function admin(uint24 id) internal pure returns (address) {
        return address(uint160(0xAD0000 + id));
    }

    function privateKey(uint24 id) internal pure returns (uint256) {
        return uint256(keccak256(abi.encode("key", id)));
    }

    function signer(uint24 id) internal pure returns (address) {
        return vm.addr(privateKey(id));
    }

    function sign(uint24 id, bytes32 digest) internal pure returns (bytes memory) {
        return signWith(privateKey(id), digest);
    }

    function signWith(uint256 key, bytes32 digest) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        return abi.encodePacked(r, s, v);
    }

    function tag(uint256 number) internal pure returns (bytes32) {
        return keccak256(abi.encode("tag", number));
    }

    function entry(bytes32 tag_, uint256 word) internal pure returns (bytes memory) {
        return abi.encodePacked(tag_, word, keccak256(abi.encode("record", tag_, word)));
    }

    /// @notice Many entries, of consecutive tags, with the same word.
    function entriesOf(uint256 firstNumber, uint256 n, uint256 word) internal pure returns (bytes memory entries) {
        entries = new bytes(96 * n);
        for (uint256 i = 0; i < n; ++i) {
            bytes32 tag_ = tag(firstNumber + i);
            bytes32 recordHash = keccak256(abi.encode("record", tag_, word));
            assembly ("memory-safe") {
                let start := add(add(entries, 32), mul(96, i))
                mstore(start, tag_)
                mstore(add(start, 32), word)
                mstore(add(start, 64), recordHash)
            }
        }
    }

    /// @notice What `IJournal.head` says follows.
    function fold(bytes32 head, bytes32 digest) internal pure returns (bytes32) {
        return keccak256(bytes.concat(head, digest)) & ~bytes32(uint256(type(uint48).max));
    }
}
