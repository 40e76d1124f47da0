// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @notice A statutory basis on which a provider's data of one category may be read by a consumer for one purpose, in
/// [validFrom, validUntil), unix seconds.
struct Basis {
    uint24 provider;
    uint24 consumer;
    uint16 category;
    uint16 purpose;
    uint32 validFrom;
    uint32 validUntil;
}

/// @title Policies
/// @notice What governance decided and everybody may read: programmes' limits and statutory bases. No person is in it.
/// @dev The owner of `Members` governs.
interface IPolicies {
    /// @notice Only the owner of `Members` governs.
    error NotGovernance(address caller);
    /// @notice Programme 0 stands for none.
    error ProgrammeInvalid(uint256 programme);
    /// @notice Each setting of a programme has the next version, so that two that cross don't overwrite each other.
    error VersionNotNext(uint256 programme, uint256 got, uint256 expected);
    error SeamlessLimitTooHigh(uint256 got, uint256 highest);
    error OrganisationUnknown(uint256 id);
    error BasisUnknown(uint256 basis);
    /// @notice The validity is empty.
    error BasisWindowMalformed(uint256 validFrom, uint256 validUntil);
    /// @notice A validity is only shortened, and not into the past.
    error BasisEndNotAllowed(uint256 basis, uint256 got, uint256 earliest, uint256 latest);

    event ProgrammeSet(
        uint64 indexed number,
        uint16 indexed programme,
        uint32 version,
        bool active,
        uint8 seamlessLimit,
        uint32 longestSenior,
        uint32 longestSeamless,
        bytes32 rulesHash
    );
    event EnforcerSet(uint64 indexed number, address enforcer);
    event BasisAdded(
        uint64 indexed number,
        uint32 indexed basis,
        uint24 provider,
        uint24 consumer,
        uint16 category,
        uint16 purpose,
        uint32 validFrom,
        uint32 validUntil,
        string legalReference
    );
    event BasisEnded(uint64 indexed number, uint32 indexed basis, uint32 validUntil);

    /// @notice Sets a programme, and has the enforcer adopt it in the same transaction. Certifications of an inactive one are
    /// refused; decisions are not.
    /// @param version One more than the present one.
    /// @param seamlessLimit Seamless renewals that may follow each other, at most 31.
    /// @param longestSenior Longest validity by a senior certification, seconds.
    /// @param longestSeamless Longest validity by a seamless certification, seconds.
    /// @param rulesHash keccak256 of the programme's canonical JSON (RFC 8785).
    function setProgramme(
        uint16 programme,
        uint32 version,
        bool active,
        uint8 seamlessLimit,
        uint32 longestSenior,
        uint32 longestSeamless,
        bytes32 rulesHash
    ) external;

    /// @notice Names the `Certifications` that is told of every setting of a programme from now on; zero for none. What was
    /// set before, it adopts when asked.
    /// @dev Not checked, and why: that there is a `Certifications` at the address. A wrong one makes `setProgramme` revert
    /// until another is named, and lays down nothing.
    function setEnforcer(address certifications) external;

    /// @notice Adds a statutory basis; provider and consumer are organisations of `Members`.
    /// @param legalReference The law, for people to read; in the log only.
    /// @return basis Its id, counted from 1.
    function addBasis(
        uint24 provider,
        uint24 consumer,
        uint16 category,
        uint16 purpose,
        uint32 validFrom,
        uint32 validUntil,
        string calldata legalReference
    ) external returns (uint32 basis);

    /// @notice Shortens a basis's validity: block time <= validUntil < the present end.
    function endBasis(uint32 basis, uint32 validUntil) external;

    /// @notice A `ProgrammeWord` and the hash of the rules; zeros if never set.
    function programme(uint16 id) external view returns (uint256 word, bytes32 rulesHash);

    /// @notice The `Certifications` that enforces the programmes' limits.
    function enforcer() external view returns (address);

    /// @notice A statutory basis; zeros if there is none of this id.
    function basis(uint32 id) external view returns (Basis memory);
}
