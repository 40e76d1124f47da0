// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { Authorisation, ConsentStatus, Death, Status } from "../types/Codes.sol";

/// @notice A table of transitions between codes below 16: bit (16 * from + to) says that it is allowed.
type TransitionTable is uint256;

/// @notice The state machines. A row starts with FROM_ and names every code that may follow.
library Transitions {
    // forgefmt: disable-start

    // --- certification: status ------------------------------------------------------------------------------------------

    uint256 private constant FROM_NONE = Status.NONE * 16;
    uint256 private constant FROM_ACTIVE = Status.ACTIVE * 16;
    uint256 private constant FROM_SUSPENDED = Status.SUSPENDED * 16;
    uint256 private constant FROM_REVOKED = Status.REVOKED * 16;
    uint256 private constant FROM_CLOSED = Status.CLOSED * 16;
    uint256 private constant TO_ACTIVE = 1 << Status.ACTIVE;
    uint256 private constant TO_SUSPENDED = 1 << Status.SUSPENDED;
    uint256 private constant TO_REVOKED = 1 << Status.REVOKED;
    uint256 private constant TO_CLOSED = 1 << Status.CLOSED;

    /// @notice What seeing the person does. A suspension is for its reviewer to lift.
    TransitionTable internal constant SENIOR = TransitionTable.wrap(
        TO_ACTIVE << FROM_NONE |
        TO_ACTIVE << FROM_ACTIVE |
        TO_ACTIVE << FROM_REVOKED |
        TO_ACTIVE << FROM_CLOSED
    );

    /// @notice What signals do: they only renew.
    TransitionTable internal constant SEAMLESS = TransitionTable.wrap(
        TO_ACTIVE << FROM_ACTIVE
    );

    /// @notice What a reviewer decides.
    TransitionTable internal constant STATUS = TransitionTable.wrap(
        (TO_SUSPENDED | TO_REVOKED | TO_CLOSED) << FROM_ACTIVE |
        (TO_ACTIVE    | TO_REVOKED | TO_CLOSED) << FROM_SUSPENDED
    );

    // --- certification: death -------------------------------------------------------------------------------------------

    uint256 private constant FROM_ALIVE = Death.NONE * 16;
    uint256 private constant FROM_REPORTED = Death.REPORTED * 16;
    uint256 private constant FROM_CONFIRMED = Death.CONFIRMED * 16;
    uint256 private constant TO_ALIVE = 1 << Death.NONE;
    uint256 private constant TO_REPORTED = 1 << Death.REPORTED;
    uint256 private constant TO_CONFIRMED = 1 << Death.CONFIRMED;

    TransitionTable internal constant DEATH = TransitionTable.wrap(
        TO_REPORTED               << FROM_ALIVE |
        (TO_CONFIRMED | TO_ALIVE) << FROM_REPORTED |
        TO_ALIVE                  << FROM_CONFIRMED
    );

    // --- certification: authorisation -----------------------------------------------------------------------------------

    uint256 private constant FROM_UNSET = Authorisation.UNSET * 16;
    uint256 private constant FROM_NOTIFIED = Authorisation.NOTIFIED * 16;
    uint256 private constant FROM_CONSENTED = Authorisation.CONSENTED * 16;
    uint256 private constant FROM_OBJECTED = Authorisation.OBJECTED * 16;
    uint256 private constant TO_NOTIFIED = 1 << Authorisation.NOTIFIED;
    uint256 private constant TO_CONSENTED = 1 << Authorisation.CONSENTED;
    uint256 private constant TO_OBJECTED = 1 << Authorisation.OBJECTED;

    /// @notice A notice never overrules an objection.
    TransitionTable internal constant AUTHORISATION = TransitionTable.wrap(
        (TO_NOTIFIED | TO_CONSENTED | TO_OBJECTED) << FROM_UNSET |
        (TO_CONSENTED | TO_OBJECTED)               << FROM_NOTIFIED |
        TO_OBJECTED                                << FROM_CONSENTED |
        TO_CONSENTED                               << FROM_OBJECTED
    );

    // --- consent --------------------------------------------------------------------------------------------------------

    uint256 private constant FROM_UNDECIDED = ConsentStatus.NONE * 16;
    uint256 private constant FROM_GIVEN = ConsentStatus.GIVEN * 16;
    uint256 private constant FROM_REFUSED = ConsentStatus.REFUSED * 16;
    uint256 private constant FROM_WITHDRAWN = ConsentStatus.WITHDRAWN * 16;
    uint256 private constant TO_GIVEN = 1 << ConsentStatus.GIVEN;
    uint256 private constant TO_REFUSED = 1 << ConsentStatus.REFUSED;
    uint256 private constant TO_WITHDRAWN = 1 << ConsentStatus.WITHDRAWN;

    TransitionTable internal constant CONSENT = TransitionTable.wrap(
        (TO_GIVEN | TO_REFUSED)   << FROM_UNDECIDED |
        (TO_GIVEN | TO_WITHDRAWN) << FROM_GIVEN |
        TO_GIVEN                  << FROM_REFUSED |
        (TO_GIVEN | TO_REFUSED)   << FROM_WITHDRAWN
    );

    // forgefmt: disable-end

    /// @notice Whether the table has it. Codes are below 16.
    function allows(TransitionTable table, uint256 from, uint256 to) internal pure returns (bool) {
        return (TransitionTable.unwrap(table) >> ((from << 4) | to)) & 1 != 0;
    }
}

using Transitions for TransitionTable global;
