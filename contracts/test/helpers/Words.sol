// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @dev Words by their fields, written anew from the tables in src/types, so that a wrong shift there is found.
struct Certification {
    uint256 version;
    uint256 status;
    uint256 death;
    uint256 seniorSeen;
    uint256 seamlessRun;
    uint256 scheme;
    uint256 method;
    uint256 authorisation;
    uint256 revision;
    uint256 validFrom;
    uint256 validUntil;
    uint256 recordedAt;
    uint256 organisation;
    uint256 deathReporter;
    uint256 authoriser;
}

struct Consent {
    uint256 version;
    uint256 status;
    uint256 grantor;
    uint256 selfDecided;
    uint256 revision;
    uint256 validFrom;
    uint256 validUntil;
    uint256 recordedAt;
    uint256 organisation;
}

function field(uint256 word, uint256 low, uint256 high) pure returns (uint256) {
    return (word << (255 - high)) >> (255 - high + low);
}

library Words {
    function pack(Certification memory c) internal pure returns (uint256) {
        return c.version + c.status * 2 ** 4 + c.death * 2 ** 8 + c.seniorSeen * 2 ** 10 + c.seamlessRun * 2 ** 11
            + c.scheme * 2 ** 16 + c.method * 2 ** 24 + c.authorisation * 2 ** 32 + c.revision * 2 ** 64 + c.validFrom
            * 2 ** 96 + c.validUntil * 2 ** 128 + c.recordedAt * 2 ** 160 + c.organisation * 2 ** 192 + c.deathReporter
            * 2 ** 212 + c.authoriser * 2 ** 232;
    }

    function certification(uint256 word) internal pure returns (Certification memory c) {
        c.version = field(word, 0, 3);
        c.status = field(word, 4, 7);
        c.death = field(word, 8, 9);
        c.seniorSeen = field(word, 10, 10);
        c.seamlessRun = field(word, 11, 15);
        c.scheme = field(word, 16, 23);
        c.method = field(word, 24, 31);
        c.authorisation = field(word, 32, 33);
        c.revision = field(word, 64, 95);
        c.validFrom = field(word, 96, 127);
        c.validUntil = field(word, 128, 159);
        c.recordedAt = field(word, 160, 191);
        c.organisation = field(word, 192, 211);
        c.deathReporter = field(word, 212, 231);
        c.authoriser = field(word, 232, 251);
    }

    function pack(Consent memory c) internal pure returns (uint256) {
        return c.version + c.status * 2 ** 4 + c.grantor * 2 ** 8 + c.selfDecided * 2 ** 12 + c.revision * 2 ** 64
            + c.validFrom * 2 ** 96 + c.validUntil * 2 ** 128 + c.recordedAt * 2 ** 160 + c.organisation * 2 ** 192;
    }

    function consent(uint256 word) internal pure returns (Consent memory c) {
        c.version = field(word, 0, 3);
        c.status = field(word, 4, 7);
        c.grantor = field(word, 8, 11);
        c.selfDecided = field(word, 12, 12);
        c.revision = field(word, 64, 95);
        c.validFrom = field(word, 96, 127);
        c.validUntil = field(word, 128, 159);
        c.recordedAt = field(word, 160, 191);
        c.organisation = field(word, 192, 211);
    }
}
