// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { AnchorsContract, CertificationsContract, ConsentsContract } from "../helpers/Contracts.sol";
import { LedgerTest } from "../helpers/LedgerTest.sol";

/// @notice tests/vectors/digests.json, which the Python encoding reads as well. Each contract's code is put at the
/// address and on the chain that the example names.
contract DigestVectorsTest is LedgerTest {
    string private json;
    string private path;

    function number(string memory field) private view returns (uint256) {
        return vm.parseJsonUint(json, string.concat(path, ".", field));
    }

    function word(string memory field) private view returns (bytes32) {
        return vm.parseJsonBytes32(json, string.concat(path, ".", field));
    }

    function entries() private view returns (bytes memory) {
        return vm.parseJsonBytes(json, string.concat(path, ".entries"));
    }

    function digestOf(bytes32 primaryType, address verifier) private view returns (bytes32) {
        if (primaryType == keccak256("CertificationBatch")) {
            return CertificationsContract(verifier)
                .digest(uint16(number("programme")), uint8(number("scheme")), uint40(number("deadline")), entries());
        }
        if (primaryType == keccak256("ConsentBatch")) {
            bool reviewed = vm.parseJsonBool(json, string.concat(path, ".reviewed"));
            return ConsentsContract(verifier).digest(uint40(number("deadline")), reviewed, entries());
        }
        if (primaryType == keccak256("IncapacityReview")) {
            return ConsentsContract(verifier).reviewDigest(word("batch_digest"));
        }
        assertEq(primaryType, keccak256("TreeHead"));
        return AnchorsContract(verifier)
            .digest(
                uint24(number("organisation")),
                uint8(number("stream")),
                uint64(number("size")),
                word("root"),
                uint40(number("deadline"))
            );
    }

    function test_Digests() external {
        json = vm.readFile("../tests/vectors/digests.json");
        uint256 i = 0;
        for (;; ++i) {
            path = string.concat(".digests[", vm.toString(i), "]");
            if (!vm.keyExistsJson(json, path)) break;
            bytes32 contractName = keccak256(bytes(vm.parseJsonString(json, string.concat(path, ".contract"))));
            address code = address(anchors);
            if (contractName == keccak256("Certifications")) code = address(certifications);
            if (contractName == keccak256("Consents")) code = address(consents);
            address verifier = vm.parseJsonAddress(json, string.concat(path, ".verifying_contract"));
            vm.etch(verifier, code.code);
            vm.chainId(number("chain_id"));
            bytes32 primaryType = keccak256(bytes(vm.parseJsonString(json, string.concat(path, ".primary_type"))));
            assertEq(digestOf(primaryType, verifier), word("digest"), path);
        }
        assertGe(i, 12, "examples");
    }
}
