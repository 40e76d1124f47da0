// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Ownable } from "@openzeppelin/contracts/access/Ownable.sol";
import { Ownable2Step } from "@openzeppelin/contracts/access/Ownable2Step.sol";

import { Journal } from "./base/Journal.sol";
import { IMembers, OrganisationInput, SignerInput } from "./interfaces/IMembers.sol";
import { OrganisationWord, OrganisationWordLibrary } from "./types/OrganisationWord.sol";
import { SignerWord, SignerWordLibrary } from "./types/SignerWord.sol";

/// @title Members
contract Members is IMembers, Journal, Ownable2Step {
    uint256 private constant ID_LIMIT = 1 << 20;
    uint256 private constant LEVELS_ABOVE = 4;
    /// @dev Else an admin could add keys until governance has not the gas to stop the organisation.
    uint256 private constant MOST_KEYS = 256;

    mapping(uint256 id => OrganisationWord) private _organisations;
    mapping(address key => SignerWord) private _signers;
    // slither-disable-next-line uninitialized-state (it is written through a storage pointer)
    mapping(uint256 organisation => address[]) private _keys;

    constructor(address governance) Ownable(governance) { }

    /// @inheritdoc IMembers
    function addOrganisation(uint24 id, uint24 parent, uint16 roles, address admin, string calldata name)
        external
        onlyOwner
    {
        _addOrganisation(id, parent, roles, admin, name);
    }

    /// @inheritdoc IMembers
    function addOrganisations(OrganisationInput[] calldata organisations) external onlyOwner {
        for (uint256 i = 0; i < organisations.length; ++i) {
            OrganisationInput calldata o = organisations[i];
            _addOrganisation(o.id, o.parent, o.roles, o.admin, o.name);
        }
    }

    /// @inheritdoc IMembers
    function changeOrganisation(uint24 id, uint24 parent, uint16 roles, bool active) external onlyOwner {
        OrganisationWord old = _organisationOf(id);
        _requireParent(id, parent);
        _organisations[id] = OrganisationWordLibrary.pack(parent, roles, active, old.admin());
        address[] storage keys = _keys[id];
        for (uint256 i = 0; i < keys.length; ++i) {
            _signers[keys[i]] = _signers[keys[i]].withAuthority(roles, active);
        }
        bytes32 digest = keccak256(abi.encode(OrganisationChanged.selector, id, parent, roles, active));
        emit OrganisationChanged(_advance(digest), id, parent, roles, active);
    }

    /// @inheritdoc IMembers
    function setAdmin(uint24 id, address admin) external {
        OrganisationWord old = _requireAdminOf(id);
        if (admin == address(0)) revert AdminInvalid(admin);
        _organisations[id] = OrganisationWordLibrary.pack(old.parent(), old.roles(), old.isActive(), admin);
        bytes32 digest = keccak256(abi.encode(OrganisationAdminChanged.selector, id, admin));
        emit OrganisationAdminChanged(_advance(digest), id, admin);
    }

    /// @inheritdoc IMembers
    function addSigner(uint24 organisation_, address signer_, uint32 validFrom, uint32 validUntil) external {
        _addSigner(organisation_, signer_, validFrom, validUntil);
    }

    /// @inheritdoc IMembers
    function addSigners(SignerInput[] calldata signers) external {
        for (uint256 i = 0; i < signers.length; ++i) {
            SignerInput calldata s = signers[i];
            _addSigner(s.organisation, s.signer, s.validFrom, s.validUntil);
        }
    }

    /// @inheritdoc IMembers
    function endSigner(address signer_, uint32 validUntil) external {
        SignerWord old = _requireAdminOfSigner(signer_);
        if (block.timestamp > validUntil || validUntil >= old.validUntil()) {
            revert SignerEndNotAllowed(signer_, validUntil, block.timestamp, old.validUntil());
        }
        _signers[signer_] = old.withValidUntil(validUntil);
        bytes32 digest = keccak256(abi.encode(SignerEnded.selector, signer_, validUntil));
        emit SignerEnded(_advance(digest), signer_, validUntil);
    }

    /// @inheritdoc IMembers
    function distrustSigner(address signer_, uint32 since) external {
        SignerWord old = _requireAdminOfSigner(signer_);
        uint256 present = old.distrustedSince();
        uint256 latest = present == 0 ? block.timestamp : present - 1;
        if (since == 0 || since > latest) revert DistrustNotAllowed(signer_, since, latest);
        _signers[signer_] = old.withDistrustedSince(since);
        bytes32 digest = keccak256(abi.encode(SignerDistrusted.selector, signer_, since));
        emit SignerDistrusted(_advance(digest), signer_, since);
    }

    /// @notice Refused: without governance no key could ever be replaced.
    function renounceOwnership() public view override onlyOwner {
        revert GovernanceNotRenounceable();
    }

    /// @inheritdoc IMembers
    function organisation(uint24 id) external view returns (uint256) {
        return _organisations[id].raw();
    }

    /// @inheritdoc IMembers
    function signer(address key) external view returns (uint256) {
        return _signers[key].raw();
    }

    /// @inheritdoc IMembers
    function isWithin(uint24 organisation_, uint24 ancestor) public view returns (bool) {
        uint256 current = organisation_;
        for (uint256 level = 0; level <= LEVELS_ABOVE && current != 0; ++level) {
            if (current == ancestor) return true;
            current = _organisations[current].parent();
        }
        return false;
    }

    /// @inheritdoc IMembers
    function owner() public view override(IMembers, Ownable) returns (address) {
        return super.owner();
    }

    function _addOrganisation(uint24 id, uint24 parent, uint16 roles, address admin, string calldata name) private {
        if (id == 0 || id >= ID_LIMIT) revert OrganisationIdInvalid(id);
        if (_organisations[id].exists()) revert OrganisationExists(id);
        if (admin == address(0)) revert AdminInvalid(admin);
        _requireParent(id, parent);
        _organisations[id] = OrganisationWordLibrary.pack(parent, roles, true, admin);
        bytes32 digest = keccak256(abi.encode(OrganisationAdded.selector, id, parent, roles, admin, name));
        emit OrganisationAdded(_advance(digest), id, parent, roles, admin, name);
    }

    function _addSigner(uint24 organisation_, address signer_, uint32 validFrom, uint32 validUntil) private {
        OrganisationWord owned = _requireAdminOf(organisation_);
        if (signer_ == address(0)) revert SignerInvalid(signer_);
        SignerWord present = _signers[signer_];
        if (present.exists()) revert SignerExists(signer_, present.organisation());
        if (validFrom >= validUntil) revert SignerWindowMalformed(signer_, validFrom, validUntil);
        address[] storage keys = _keys[organisation_];
        if (keys.length == MOST_KEYS) revert TooManySigners(organisation_, MOST_KEYS);
        keys.push(signer_);
        _signers[signer_] =
            SignerWordLibrary.pack(organisation_, validFrom, validUntil).withAuthority(owned.roles(), owned.isActive());
        bytes32 digest = keccak256(abi.encode(SignerAdded.selector, signer_, organisation_, validFrom, validUntil));
        emit SignerAdded(_advance(digest), signer_, organisation_, validFrom, validUntil);
    }

    /// @dev Every change of governance, the first one at construction included, is part of the journal.
    function _transferOwnership(address newOwner) internal override {
        address previousOwner = owner();
        super._transferOwnership(newOwner);
        bytes32 digest = keccak256(abi.encode(GovernanceTransferred.selector, previousOwner, newOwner));
        emit GovernanceTransferred(_advance(digest), previousOwner, newOwner);
    }

    function _organisationOf(uint256 id) private view returns (OrganisationWord word) {
        word = _organisations[id];
        if (!word.exists()) revert OrganisationUnknown(id);
    }

    function _requireAdminOf(uint256 id) private view returns (OrganisationWord word) {
        word = _organisationOf(id);
        if (msg.sender != word.admin() && msg.sender != owner()) revert NotAdmin(msg.sender, id);
    }

    function _requireAdminOfSigner(address signer_) private view returns (SignerWord word) {
        word = _signers[signer_];
        if (!word.exists()) revert SignerNotRegistered(signer_);
        _requireAdminOf(word.organisation());
    }

    /// @dev Walks up from the parent: neither a ring nor more than four levels above `id`.
    function _requireParent(uint256 id, uint256 parent) private view {
        uint256 current = parent;
        for (uint256 level = 1; current != 0; ++level) {
            if (level > LEVELS_ABOVE || current == id) revert ParentNotAllowed(id, parent);
            current = _organisationOf(current).parent();
        }
    }
}
