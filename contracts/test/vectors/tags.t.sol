// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { Test } from "forge-std/Test.sol";

/// @notice tests/vectors/tags.json, which the Python domain reads as well. The contracts take tags as they are; this is
/// what whoever holds an opening computes.
contract TagVectorsTest is Test {
    function test_Tags() external view {
        string memory json = vm.readFile("../tests/vectors/tags.json");
        uint256 i = 0;
        for (;; ++i) {
            string memory path = string.concat(".tags[", vm.toString(i), "]");
            if (!vm.keyExistsJson(json, path)) break;
            uint256[] memory parts = vm.parseJsonUintArray(json, string.concat(path, ".parts"));
            bytes32 openingKey = vm.parseJsonBytes32(json, string.concat(path, ".opening_key"));
            bytes32 tag = vm.parseJsonBytes32(json, string.concat(path, ".tag"));
            bytes32 slot = vm.parseJsonBytes32(json, string.concat(path, ".slot"));
            string memory kind = vm.parseJsonString(json, string.concat(path, ".kind"));
            if (keccak256(bytes(kind)) == keccak256("certification")) {
                bytes32 typeHash = keccak256("Certification(uint16 programme)");
                assertEq(tag, keccak256(abi.encode(typeHash, uint16(parts[0]), openingKey)));
                assertEq(slot, keccak256(abi.encode(parts[0], tag)));
            } else {
                bytes32 typeHash = keccak256("Consent(uint24 provider,uint24 consumer,uint16 category,uint16 purpose)");
                assertEq(tag, keccak256(abi.encode(typeHash, parts[0], parts[1], parts[2], parts[3], openingKey)));
                assertEq(slot, tag);
            }
        }
        assertGt(i, 30, "examples");
    }
}
