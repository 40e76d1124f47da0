// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @notice The arguments of `IMembers.addOrganisation`.
struct OrganisationInput {
    uint24 id;
    uint24 parent;
    uint16 roles;
    address admin;
    string name;
}

/// @notice The arguments of `IMembers.addSigner`.
struct SignerInput {
    uint24 organisation;
    address signer;
    uint32 validFrom;
    uint32 validUntil;
}

/// @title Members
/// @notice The organisations in their hierarchy, their roles, and their signing keys.
/// @dev Trust: the owner (governance) adds organisations and gives roles, and may replace any admin and end or distrust
/// any key; an admin changes its own organisation's keys and passes its own place on. The owner may be a contract: a Safe
/// of the member departments.
interface IMembers {
    /// @notice Ids are 1 to 2^20 - 1.
    error OrganisationIdInvalid(uint256 id);
    error OrganisationExists(uint256 id);
    error OrganisationUnknown(uint256 id);
    /// @notice The hierarchy would have a ring, or more than four levels above this organisation.
    error ParentNotAllowed(uint256 id, uint256 parent);
    /// @notice An organisation's admin is not the zero address.
    error AdminInvalid(address admin);
    /// @notice Neither the owner nor the organisation's admin.
    error NotAdmin(address caller, uint256 organisation);
    /// @notice The zero address, which a failed recovery would name, signs nothing.
    error SignerInvalid(address signer);
    /// @notice An address is registered once, for one organisation.
    error SignerExists(address signer, uint256 organisation);
    /// @notice An organisation has so many keys that another would make a change of its roles too dear.
    error TooManySigners(uint256 organisation, uint256 limit);
    error SignerNotRegistered(address signer);
    /// @notice The validity is empty.
    error SignerWindowMalformed(address signer, uint256 validFrom, uint256 validUntil);
    /// @notice A validity is only shortened, and not into the past: that is `distrustSigner`.
    error SignerEndNotAllowed(address signer, uint256 got, uint256 earliest, uint256 latest);
    /// @notice Distrust starts in the past and is only ever extended backwards.
    error DistrustNotAllowed(address signer, uint256 got, uint256 latest);
    /// @notice Without governance no key could ever be replaced.
    error GovernanceNotRenounceable();

    event OrganisationAdded(
        uint64 indexed number, uint24 indexed organisation, uint24 parent, uint16 roles, address admin, string name
    );
    event OrganisationChanged(
        uint64 indexed number, uint24 indexed organisation, uint24 parent, uint16 roles, bool active
    );
    event OrganisationAdminChanged(uint64 indexed number, uint24 indexed organisation, address admin);
    event SignerAdded(
        uint64 indexed number, address indexed signer, uint24 indexed organisation, uint32 validFrom, uint32 validUntil
    );
    event SignerEnded(uint64 indexed number, address indexed signer, uint32 validUntil);
    event SignerDistrusted(uint64 indexed number, address indexed signer, uint32 since);
    event GovernanceTransferred(uint64 indexed number, address previousOwner, address newOwner);

    /// @notice Adds an organisation, active at once. Owner only.
    /// @param id 1 to 2^20 - 1, never used before.
    /// @param parent The organisation above it, 0 for none.
    /// @param roles Bits of `Role`. Bits without a meaning yet are kept, so that a new role needs no new contract.
    /// @param admin Who may change its keys.
    /// @param name For people to read; in the log only.
    function addOrganisation(uint24 id, uint24 parent, uint16 roles, address admin, string calldata name) external;

    /// @notice `addOrganisation` of many, in order.
    function addOrganisations(OrganisationInput[] calldata organisations) external;

    /// @notice Changes an organisation's place, roles and whether it may act. Owner only.
    /// @dev Roles and active are copied into each of its keys' words. Levels below it are not walked: `isWithin` sees four
    /// levels up, whatever hangs below.
    function changeOrganisation(uint24 id, uint24 parent, uint16 roles, bool active) external;

    /// @notice Passes an organisation's admin on. Owner or present admin.
    function setAdmin(uint24 id, address admin) external;

    /// @notice Registers a signing key. Owner or admin. An organisation has 256 keys at most in its life.
    /// @dev A key's possession is not proven: a wrong address signs nothing. Who registers another's address keeps that one
    /// from registering it, and answers for what it signs; the log says who it was, and the other takes a new key.
    /// @param validFrom Unix seconds, included; may lie in the past or the future.
    /// @param validUntil Unix seconds, excluded.
    function addSigner(uint24 organisation, address signer, uint32 validFrom, uint32 validUntil) external;

    /// @notice `addSigner` of many, in order.
    function addSigners(SignerInput[] calldata signers) external;

    /// @notice Shortens a key's validity: block time <= validUntil < the present end. Owner or admin.
    function endSigner(address signer, uint32 validUntil) external;

    /// @notice Declares that what a key signed since then is not to be believed; it signs nothing from now on. Owner or
    /// admin. 0 < since <= block time, and before the present one if there is one.
    function distrustSigner(address signer, uint32 since) external;

    /// @notice An `OrganisationWord`; zero if unknown.
    function organisation(uint24 id) external view returns (uint256);

    /// @notice A `SignerWord`; zero if unknown.
    function signer(address key) external view returns (uint256);

    /// @notice Whether an organisation is `ancestor` or at most four levels below it. 0 is within nothing.
    function isWithin(uint24 organisation, uint24 ancestor) external view returns (bool);

    /// @notice Governance.
    function owner() external view returns (address);
}
