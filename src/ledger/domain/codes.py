"""The numbers that packed words and signed batches use, with the same names as in the contracts."""

from __future__ import annotations

from enum import IntEnum, IntFlag


class Status(IntEnum):
    """Where a certification stands. REVOKED: issued in error. CLOSED: moved away or no longer eligible."""

    NONE = 0
    ACTIVE = 1
    SUSPENDED = 2
    REVOKED = 3
    CLOSED = 4


class Death(IntEnum):
    """What is recorded about a death. A rescission brings back NONE."""

    NONE = 0
    REPORTED = 1
    CONFIRMED = 2


class Authorisation(IntEnum):
    """Whether seamless certification may be used: by duty after a notice, by consent, or not."""

    UNSET = 0
    NOTIFIED = 1
    CONSENTED = 2
    OBJECTED = 3


class Scheme(IntEnum):
    """How a batch certifies: NONE carries decisions, SENIOR a worker's acts, SEAMLESS the engine's."""

    NONE = 0
    SENIOR = 1
    SEAMLESS = 2


class Method(IntEnum):
    """How life was established."""

    NONE = 0
    VISIT = 1
    INSTITUTION = 2
    HOUSEHOLD = 3
    VIDEO = 4
    ASSISTED = 5
    PAPER = 6
    SIGNALS = 7
    LEGACY = 8


class ConsentStatus(IntEnum):
    """Where a consent stands. That it has expired is read off its window."""

    NONE = 0
    GIVEN = 1
    REFUSED = 2
    WITHDRAWN = 3


class Grantor(IntEnum):
    """Who decided a consent."""

    NONE = 0
    SELF = 1
    GUARDIAN = 2
    DELEGATE = 3


class Role(IntFlag):
    """What an organisation may sign."""

    CERTIFIER = 1
    REVIEWER = 2
    REPORTER = 4
    ENGINE = 8
    RECORDER = 16
    AUDITOR = 32


class Stream(IntEnum):
    """The append-only trees that an organisation anchors."""

    ACCESS_LOG = 1
    SIGNALS = 2
    CHECKPOINTS = 3
    MONTHS = 4
