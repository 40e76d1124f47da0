// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { CertificationTest } from "../helpers/CertificationTest.sol";

/// @notice Acts of who is neither governance nor an admin: none of them may write to any contract.
abstract contract Strangers is CertificationTest {
    /// @dev A finding: what must never be.
    uint256 public strangersChanges;

    function everyContract() public view returns (address[5] memory) {
        return [address(members), address(policies), address(certifications), address(consents), address(anchors)];
    }

    /// @dev Anything at all. Of `adopt`, which is for anybody, see trespass.
    function poke(address caller, bytes4 selector, bytes calldata data) external {
        if (selector == certifications.adopt.selector) return;
        address[5] memory all = everyContract();
        for (uint256 n = 0; n < all.length; ++n) {
            attempt(all[n], caller, bytes.concat(selector, data));
        }
    }

    /// @dev What governance, admins and predecessors may do.
    function trespass(address caller, uint24 id, address key, uint32 time, bytes32 bits) external {
        id = organisationOf(id);
        attempt(address(members), caller, abi.encodeCall(members.addOrganisation, (id + 20, 0, 63, caller, "")));
        attempt(address(members), caller, abi.encodeCall(members.changeOrganisation, (id, 0, 63, true)));
        attempt(address(members), caller, abi.encodeCall(members.setAdmin, (id, caller)));
        attempt(address(members), caller, abi.encodeCall(members.addSigner, (id, key, 0, time)));
        attempt(address(members), caller, abi.encodeCall(members.endSigner, (signer(id), time)));
        attempt(address(members), caller, abi.encodeCall(members.distrustSigner, (signer(id), time)));
        attempt(address(members), caller, abi.encodeCall(members.transferOwnership, (caller)));
        attempt(address(members), caller, abi.encodeCall(members.acceptOwnership, ()));
        attempt(address(policies), caller, abi.encodeCall(policies.setProgramme, (2, 2, true, 31, time, time, bits)));
        attempt(address(policies), caller, abi.encodeCall(policies.setEnforcer, (caller)));
        attempt(address(policies), caller, abi.encodeCall(policies.addBasis, (id, id, 1, 1, 0, time, "")));
        attempt(address(policies), caller, abi.encodeCall(policies.endBasis, (1, time)));
        bytes32[] memory proof = new bytes32[](1);
        proof[0] = bits;
        bytes memory importing =
            abi.encodeCall(certifications.importWords, (new bytes32[](0), new uint256[](0), proof, new bool[](0)));
        attempt(address(certifications), caller, importing);
        attempt(address(consents), caller, importing);
        attempt(address(certifications), caller, abi.encodeCall(certifications.seal, (caller)));
        attempt(address(consents), caller, abi.encodeCall(consents.seal, (caller)));
        uint256 limits = certifications.limits(PROGRAMME);
        certifications.adopt(PROGRAMME);
        if (certifications.limits(PROGRAMME) != limits) strangersChanges += 1;
    }

    function organisationOf(uint256 seed) internal pure returns (uint24) {
        return uint24(1 + seed % 7);
    }

    function attempt(address target, address caller, bytes memory data) private {
        // Nobody sends from the zero address, and the admins of `LedgerTest` are in a row.
        if (caller == governance || caller == address(0) || uint160(caller) >> 8 == 0xAD00) return;
        vm.record();
        vm.prank(caller);
        (bool done,) = target.call(data);
        (, bytes32[] memory writes) = vm.accesses(target);
        if (done && writes.length != 0) strangersChanges += 1;
    }
}
