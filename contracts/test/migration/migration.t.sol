// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { Hashes } from "@openzeppelin/contracts/utils/cryptography/Hashes.sol";

import { IJournal } from "../../src/interfaces/IJournal.sol";
import { IMigration } from "../../src/interfaces/IMigration.sol";
import { ConsentStatus, Grantor, Scheme } from "../../src/types/Codes.sol";
import { CertificationTest } from "../helpers/CertificationTest.sol";
import { CertificationsContract, ConsentsContract, DeployerContract } from "../helpers/Contracts.sol";
import { Certification, Words } from "../helpers/Words.sol";

contract MigrationTest is CertificationTest {
    using Words for *;

    bytes32[] private keys;
    uint256[] private words;
    bytes32[] private leaves;
    bytes32 private root;

    /// @dev Three subjects, of whom the tree is ((leaf 0, leaf 1), leaf 2).
    function setUp() public override {
        super.setUp();
        for (uint256 i = 0; i < 3; ++i) {
            record(COMMUNITY, Scheme.SENIOR, entry(tag(i), seen(currentOf(tag(i)), COMMUNITY).pack()));
            keys.push(keccak256(abi.encode(uint256(PROGRAMME), tag(i))));
            words.push(certifications.word(PROGRAMME, tag(i)));
            leaves.push(keccak256(bytes.concat(keccak256(abi.encode(keys[i], words[i])))));
        }
        root = Hashes.commutativeKeccak256(Hashes.commutativeKeccak256(leaves[0], leaves[1]), leaves[2]);
    }

    function importThird(CertificationsContract successor, uint256 word) private {
        (bytes32[] memory k, uint256[] memory w) = (new bytes32[](1), new uint256[](1));
        (k[0], w[0]) = (keys[2], word);
        bytes32[] memory proof = new bytes32[](1);
        proof[0] = Hashes.commutativeKeccak256(leaves[0], leaves[1]);
        successor.importWords(k, w, proof, new bool[](1));
    }

    function importFirstTwo(CertificationsContract successor) private {
        (bytes32[] memory k, uint256[] memory w) = (new bytes32[](2), new uint256[](2));
        (k[0], k[1], w[0], w[1]) = (keys[0], keys[1], words[0], words[1]);
        bytes32[] memory proof = new bytes32[](1);
        proof[0] = leaves[2];
        bool[] memory flags = new bool[](2);
        flags[0] = true;
        successor.importWords(k, w, proof, flags);
    }

    // --- sealing ---------------------------------------------------------------------------------------------------------

    function test_Seal_RevertWhen_CallerDoesNotGovern() external {
        vm.expectRevert(abi.encodeWithSelector(IMigration.NotGovernance.selector, address(this)));
        certifications.seal(address(1));
    }

    function test_Seal_RevertWhen_SuccessorInvalid() external {
        address[2] memory wrong = [address(0), address(certifications)];
        for (uint256 i = 0; i < 2; ++i) {
            vm.prank(governance);
            vm.expectRevert(abi.encodeWithSelector(IMigration.SuccessorInvalid.selector, wrong[i]));
            certifications.seal(wrong[i]);
        }
    }

    function test_Seal_IsForEver() external {
        bytes32 head = certifications.head();
        uint64 count = certifications.count();
        vm.expectEmit(address(certifications));
        emit IMigration.Sealed(count + 1, address(1), head);
        vm.startPrank(governance);
        certifications.seal(address(1));
        bytes32 digest = keccak256(abi.encode(IMigration.Sealed.selector, address(1), head));
        assertEq(certifications.head(), fold(head, digest));
        assertEq(certifications.count(), count + 1);
        vm.expectRevert(abi.encodeWithSelector(IJournal.JournalNotOpen.selector, 2));
        certifications.seal(address(1));
        vm.expectRevert(IMigration.ImportNotOpen.selector);
        certifications.importWords(keys, words, leaves, new bool[](0));
        assertEq(certifications.word(PROGRAMME, tag(1)), words[1]);
        refused(
            COMMUNITY,
            Scheme.SENIOR,
            seen(current(), COMMUNITY),
            abi.encodeWithSelector(IJournal.JournalNotOpen.selector, 2)
        );
    }

    function test_Seal_RevertGiven_ImportNotComplete() external {
        CertificationsContract successor = newCertifications(address(certifications), root, 3);
        vm.prank(governance);
        vm.expectRevert(abi.encodeWithSelector(IJournal.JournalNotOpen.selector, 1));
        successor.seal(address(1));
    }

    // --- importing -------------------------------------------------------------------------------------------------------

    function refusedToConstruct(address predecessor, bytes32 root_, uint256 total) private {
        bytes memory arguments = abi.encode(members, predecessor, root_, total);
        bytes memory code = bytes.concat(vm.getCode("Consents.sol:Consents"), arguments);
        DeployerContract deployer = DeployerContract(deployCode("Deployer.sol:Deployer"));
        vm.expectRevert(abi.encodeWithSelector(IMigration.ImportMalformed.selector, predecessor, root_, total));
        deployer.deploy("id", code);
    }

    function test_Import_RevertWhen_Malformed() external {
        refusedToConstruct(address(1), 0, 0);
        refusedToConstruct(address(1), root, 0);
        refusedToConstruct(address(1), 0, 3);
        refusedToConstruct(address(0), root, 3);
        refusedToConstruct(address(0), root, 0);
        refusedToConstruct(address(0), 0, 3);
    }

    function test_Import_RevertGiven_NothingToImport() external {
        vm.expectRevert(IMigration.ImportNotOpen.selector);
        importThird(certifications, words[2]);
    }

    /// @dev The proof of no leaves is the root itself (OpenZeppelin).
    function test_Import_RevertWhen_Empty() external {
        CertificationsContract successor = newCertifications(address(certifications), root, 3);
        bytes32[] memory proof = new bytes32[](1);
        proof[0] = root;
        vm.expectRevert(IMigration.ImportEmpty.selector);
        successor.importWords(new bytes32[](0), new uint256[](0), proof, new bool[](0));
    }

    function test_Import_RevertWhen_LengthsDiffer() external {
        CertificationsContract successor = newCertifications(address(certifications), root, 3);
        vm.expectRevert(abi.encodeWithSelector(IMigration.ImportLengthsDiffer.selector, 3, 0));
        successor.importWords(keys, new uint256[](0), leaves, new bool[](0));
    }

    function test_Import_RevertWhen_WordIsNotInTheTree() external {
        CertificationsContract successor = newCertifications(address(certifications), root, 3);
        vm.expectRevert(IMigration.ImportProofInvalid.selector);
        importThird(successor, words[2] ^ 1);
    }

    function test_Import_RevertWhen_KeyTwice() external {
        CertificationsContract successor = newCertifications(address(certifications), root, 3);
        importThird(successor, words[2]);
        vm.expectRevert(abi.encodeWithSelector(IMigration.ImportKeyTwice.selector, keys[2]));
        importThird(successor, words[2]);
    }

    function test_Import_RevertWhen_WordZero() external {
        bytes32 leaf = keccak256(bytes.concat(keccak256(abi.encode(keys[0], uint256(0)))));
        CertificationsContract successor = newCertifications(address(certifications), leaf, 2);
        bytes32[] memory k = new bytes32[](1);
        k[0] = keys[0];
        vm.expectRevert(abi.encodeWithSelector(IMigration.ImportWordZero.selector, keys[0]));
        successor.importWords(k, new uint256[](1), new bytes32[](0), new bool[](0));
    }

    function test_Import_ThenRecordsOn() external {
        CertificationsContract successor = newCertifications(address(certifications), root, 3);
        importFirstTwo(successor);
        bytes32 head = successor.head();
        assertEq(successor.count(), 1);
        (address predecessor, bytes32 root_, uint256 total, uint256 imported) = successor.migration();
        assertEq(predecessor, address(certifications));
        assertEq(root_, root);
        assertEq(total, 3);
        assertEq(imported, 2);
        assertEq(successor.word(PROGRAMME, tag(1)), words[1]);

        (bytes32[] memory k, uint256[] memory w) = (new bytes32[](1), new uint256[](1));
        (k[0], w[0]) = (keys[2], words[2]);
        vm.expectEmit(address(successor));
        emit IMigration.WordsImported(2, k, w);
        importThird(successor, words[2]);
        assertEq(successor.head(), fold(head, keccak256(abi.encode(IMigration.WordsImported.selector, k, w))));
        vm.expectRevert(IMigration.ImportNotOpen.selector);
        importThird(successor, words[2]);

        successor.adopt(PROGRAMME);
        certifications = successor;
        record(COMMUNITY, Scheme.SENIOR, seen(current(), COMMUNITY));
        assertEq(current().revision, 2);
    }

    function test_Import_RecordsNothingBeforeItIsComplete() external {
        Certification memory next = seen(current(), COMMUNITY);
        certifications = newCertifications(address(certifications), root, 3);
        importFirstTwo(certifications);
        certifications.adopt(PROGRAMME);
        refused(COMMUNITY, Scheme.SENIOR, next, abi.encodeWithSelector(IJournal.JournalNotOpen.selector, 1));
    }

    function test_Consents_MigrateLikewise() external {
        uint256 word = 1 | (ConsentStatus.GIVEN << 4) | (Grantor.SELF << 8) | (1 << 12) | (1 << 64);
        bytes32 leaf = keccak256(bytes.concat(keccak256(abi.encode(TAG, word))));
        ConsentsContract successor = newConsents(address(consents), leaf, 1);
        (bytes32[] memory k, uint256[] memory w) = (new bytes32[](1), new uint256[](1));
        (k[0], w[0]) = (TAG, word);
        successor.importWords(k, w, new bytes32[](0), new bool[](0));
        assertEq(successor.word(TAG), word);
        vm.expectRevert(IMigration.ImportNotOpen.selector);
        successor.importWords(k, w, new bytes32[](0), new bool[](0));
        vm.prank(governance);
        successor.seal(address(1));
    }

    function test_Consents_RevertWhen_KeyTwice() external {
        bytes32[] memory k = new bytes32[](2);
        uint256[] memory w = new uint256[](2);
        (k[0], k[1], w[0], w[1]) = (TAG, TAG, 7, 7);
        bytes32 leaf = keccak256(bytes.concat(keccak256(abi.encode(TAG, uint256(7)))));
        ConsentsContract successor = newConsents(address(1), Hashes.commutativeKeccak256(leaf, leaf), 2);
        bool[] memory flags = new bool[](1);
        flags[0] = true;
        vm.expectRevert(abi.encodeWithSelector(IMigration.ImportKeyTwice.selector, TAG));
        successor.importWords(k, w, new bytes32[](0), flags);
    }
}
