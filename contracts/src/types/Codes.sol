// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @dev Codes as they stand in words, batches and logs. A code once given is never given another meaning.

/// @notice Where a certification stands.
library Status {
    uint256 internal constant NONE = 0;
    uint256 internal constant ACTIVE = 1;
    uint256 internal constant SUSPENDED = 2;
    /// @notice Issued in error.
    uint256 internal constant REVOKED = 3;
    /// @notice Moved away, or no longer eligible.
    uint256 internal constant CLOSED = 4;
}

/// @notice What is recorded of a subject's death. Independent of the status: rescinding it leaves that as it was.
library Death {
    uint256 internal constant NONE = 0;
    uint256 internal constant REPORTED = 1;
    uint256 internal constant CONFIRMED = 2;
}

/// @notice Whether the system may certify a subject without seeing them.
library Authorisation {
    uint256 internal constant UNSET = 0;
    /// @notice A statutory duty of which the person was given notice.
    uint256 internal constant NOTIFIED = 1;
    uint256 internal constant CONSENTED = 2;
    uint256 internal constant OBJECTED = 3;
}

/// @notice How a batch certifies.
library Scheme {
    /// @notice A batch of decisions, which certifies nobody.
    uint256 internal constant NONE = 0;
    /// @notice Somebody saw the person.
    uint256 internal constant SENIOR = 1;
    /// @notice Departments' signals spoke for the person.
    uint256 internal constant SEAMLESS = 2;
}

/// @notice By what means a person was certified.
library Method {
    uint256 internal constant NONE = 0;
    uint256 internal constant VISIT = 1;
    /// @notice An institution's roll-call.
    uint256 internal constant INSTITUTION = 2;
    uint256 internal constant HOUSEHOLD = 3;
    uint256 internal constant VIDEO = 4;
    uint256 internal constant ASSISTED = 5;
    uint256 internal constant PAPER = 6;
    /// @notice Departments' signals: the method of every seamless certification and of no other.
    uint256 internal constant SIGNALS = 7;
    uint256 internal constant LEGACY = 8;
}

/// @notice Where a consent stands. Expiry is a matter of time, not a status.
library ConsentStatus {
    uint256 internal constant NONE = 0;
    uint256 internal constant GIVEN = 1;
    uint256 internal constant REFUSED = 2;
    uint256 internal constant WITHDRAWN = 3;
}

/// @notice Who decided on a consent.
library Grantor {
    uint256 internal constant NONE = 0;
    uint256 internal constant SELF = 1;
    uint256 internal constant GUARDIAN = 2;
    uint256 internal constant DELEGATE = 3;
}

/// @notice What an organisation may do: bits.
library Role {
    uint256 internal constant CERTIFIER = 1;
    uint256 internal constant REVIEWER = 2;
    /// @notice Reports deaths.
    uint256 internal constant REPORTER = 4;
    /// @notice Runs the seamless certification.
    uint256 internal constant ENGINE = 8;
    /// @notice Takes people's own decisions: consents, authorisations.
    uint256 internal constant RECORDER = 16;
    uint256 internal constant AUDITOR = 32;
}

/// @notice What an anchored Merkle tree holds.
library Stream {
    uint256 internal constant ACCESS_LOG = 1;
    uint256 internal constant SIGNALS = 2;
    uint256 internal constant CHECKPOINTS = 3;
    uint256 internal constant MONTHS = 4;
}
