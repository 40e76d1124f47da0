// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Create2 } from "@openzeppelin/contracts/utils/Create2.sol";

/// @title Deployer
/// @notice Puts contracts at addresses that follow from their code and a salt: the deployment's random id. Two
/// deployments never share an address, so no signature for one counts in another, whatever their chain ids.
contract Deployer {
    event Deployed(address indexed deployed, bytes32 indexed salt);

    /// @notice Deploys `initCode` (creation code and constructor arguments). Reverts if it is there already.
    function deploy(bytes32 salt, bytes calldata initCode) external returns (address deployed) {
        deployed = Create2.deploy(0, salt, initCode);
        emit Deployed(deployed, salt);
    }

    /// @notice The address that `deploy` would give.
    function addressOf(bytes32 salt, bytes32 initCodeHash) external view returns (address) {
        return Create2.computeAddress(salt, initCodeHash);
    }
}
