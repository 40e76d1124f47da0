// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { IAnchors } from "../../src/interfaces/IAnchors.sol";
import { ICertifications } from "../../src/interfaces/ICertifications.sol";
import { IConsents } from "../../src/interfaces/IConsents.sol";
import { IJournal } from "../../src/interfaces/IJournal.sol";
import { IMembers } from "../../src/interfaces/IMembers.sol";
import { IMigration } from "../../src/interfaces/IMigration.sol";
import { IPolicies } from "../../src/interfaces/IPolicies.sol";

/// @dev The whole surface of each contract.
interface MembersContract is IMembers, IJournal {
    error OwnableUnauthorizedAccount(address account);

    function transferOwnership(address newOwner) external;
    function acceptOwnership() external;
    function renounceOwnership() external;
    function pendingOwner() external view returns (address);
}

interface PoliciesContract is IPolicies, IJournal { }

interface CertificationsContract is ICertifications, IMigration, IJournal { }

interface ConsentsContract is IConsents, IMigration, IJournal { }

interface AnchorsContract is IAnchors, IJournal { }

interface DeployerContract {
    event Deployed(address indexed deployed, bytes32 indexed salt);

    function deploy(bytes32 salt, bytes calldata initCode) external returns (address);
    function addressOf(bytes32 salt, bytes32 initCodeHash) external view returns (address);
}
