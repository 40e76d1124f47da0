// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { Create2 } from "@openzeppelin/contracts/utils/Create2.sol";
import { Errors } from "@openzeppelin/contracts/utils/Errors.sol";

import { IMigration } from "../../src/interfaces/IMigration.sol";
import { DeployerContract } from "../helpers/Contracts.sol";
import { LedgerTest } from "../helpers/LedgerTest.sol";

contract DeployerDeployTest is LedgerTest {
    DeployerContract private deployer;
    bytes private code;

    function setUp() public override {
        super.setUp();
        deployer = DeployerContract(deployCode("Deployer.sol:Deployer"));
        code = abi.encodePacked(vm.getCode("Anchors.sol:Anchors"), abi.encode(members));
    }

    function test_DeploysWhereAddressOfSays() external {
        address expected = deployer.addressOf("id", keccak256(code));
        vm.expectEmit(address(deployer));
        emit DeployerContract.Deployed(expected, "id");
        assertEq(deployer.deploy("id", code), expected);
        assertGt(expected.code.length, 0);
        assertEq(expected, vm.computeCreate2Address("id", keccak256(code), address(deployer)));
    }

    function test_TheAddressDependsOnSaltAndCode() external view {
        address expected = deployer.addressOf("id", keccak256(code));
        assertNotEq(expected, deployer.addressOf("di", keccak256(code)));
        assertNotEq(expected, deployer.addressOf("id", keccak256("code")));
    }

    function test_RevertWhen_ItIsThereAlready() external {
        deployer.deploy("id", code);
        vm.expectRevert(Errors.FailedDeployment.selector);
        deployer.deploy("id", code);
    }

    function test_RevertWhen_ItsConstructorReverts() external {
        bytes memory arguments = abi.encode(members, address(1), bytes32(0), 0);
        code = abi.encodePacked(vm.getCode("Consents.sol:Consents"), arguments);
        vm.expectRevert(abi.encodeWithSelector(IMigration.ImportMalformed.selector, address(1), 0, 0));
        deployer.deploy("id", code);
    }

    function test_RevertWhen_ThereIsNoCode() external {
        vm.expectRevert(Create2.Create2EmptyBytecode.selector);
        deployer.deploy("id", "");
    }
}
