// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { Test } from "forge-std/Test.sol";

import { CertificationWord } from "../../src/types/CertificationWord.sol";
import { ConsentWord } from "../../src/types/ConsentWord.sol";
import { OrganisationWord, OrganisationWordLibrary } from "../../src/types/OrganisationWord.sol";
import { ProgrammeWord, ProgrammeWordLibrary } from "../../src/types/ProgrammeWord.sol";
import { SignerWord, SignerWordLibrary } from "../../src/types/SignerWord.sol";
import { Certification, Consent, Words } from "../helpers/Words.sol";

/// @notice tests/vectors/words.json, which the Python encoding reads as well.
contract WordVectorsTest is Test {
    using Words for *;

    string private json;
    string private path;

    function setUp() external {
        json = vm.readFile("../tests/vectors/words.json");
    }

    function get(string memory field) private view returns (uint256) {
        return vm.parseJsonUint(json, string.concat(path, ".", field));
    }

    /// @dev Whether there is an example of this number; then `get` reads it.
    function next(string memory kind, uint256 i) private returns (bool) {
        path = string.concat(".", kind, "_words[", vm.toString(i), "]");
        if (vm.keyExistsJson(json, string.concat(path, ".word"))) return true;
        assertGt(i, 30, "examples");
        return false;
    }

    function test_CertificationWords() external {
        for (uint256 i = 0; next("certification", i); ++i) {
            uint256 word = get("word");
            CertificationWord w = CertificationWord.wrap(word);
            assertEq(w.status(), get("status"));
            assertEq(w.death(), get("death"));
            assertEq(w.seniorSeen(), get("senior_seen") == 1);
            assertEq(w.seamlessRun(), get("seamless_run"));
            assertEq(w.method(), get("method"));
            assertEq(w.authorisation(), get("authorisation"));
            assertEq(w.revision(), get("revision"));
            assertEq(w.validFrom(), get("valid_from"));
            assertEq(w.validUntil(), get("valid_until"));
            assertEq(w.recordedAt(), get("recorded_at"));
            assertEq(w.organisation(), get("organisation"));
            assertEq(w.deathReporter(), get("death_reporter"));
            assertEq(w.isWellFormed(), get("version") == 1);
            Certification memory c = Certification({
                version: get("version"),
                status: get("status"),
                death: get("death"),
                seniorSeen: get("senior_seen"),
                seamlessRun: get("seamless_run"),
                scheme: get("scheme"),
                method: get("method"),
                authorisation: get("authorisation"),
                revision: get("revision"),
                validFrom: get("valid_from"),
                validUntil: get("valid_until"),
                recordedAt: get("recorded_at"),
                organisation: get("organisation"),
                deathReporter: get("death_reporter"),
                authoriser: get("authoriser")
            });
            assertEq(c.pack(), word);
            assertEq(word.certification().pack(), word);
        }
    }

    function test_ConsentWords() external {
        for (uint256 i = 0; next("consent", i); ++i) {
            uint256 word = get("word");
            ConsentWord w = ConsentWord.wrap(word);
            assertEq(w.status(), get("status"));
            assertEq(w.grantor(), get("grantor"));
            assertEq(w.selfDecided(), get("self_decided") == 1);
            assertEq(w.revision(), get("revision"));
            assertEq(w.validFrom(), get("valid_from"));
            assertEq(w.validUntil(), get("valid_until"));
            assertEq(w.recordedAt(), get("recorded_at"));
            assertEq(w.isWellFormed(), get("version") == 1);
            Consent memory c = Consent({
                version: get("version"),
                status: get("status"),
                grantor: get("grantor"),
                selfDecided: get("self_decided"),
                revision: get("revision"),
                validFrom: get("valid_from"),
                validUntil: get("valid_until"),
                recordedAt: get("recorded_at"),
                organisation: get("organisation")
            });
            assertEq(c.pack(), word);
            assertEq(word.consent().pack(), word);
        }
    }

    function test_OrganisationWords() external {
        for (uint256 i = 0; next("organisation", i); ++i) {
            OrganisationWord w = OrganisationWord.wrap(get("word"));
            assertEq(w.parent(), get("parent"));
            assertEq(w.roles(), get("roles"));
            assertEq(w.isActive(), get("active") == 1);
            assertEq(uint256(uint160(w.admin())), get("admin"));
            assertEq(OrganisationWordLibrary.pack(w.parent(), w.roles(), w.isActive(), w.admin()).raw(), w.raw());
        }
    }

    function test_SignerWords() external {
        for (uint256 i = 0; next("signer", i); ++i) {
            SignerWord w = SignerWord.wrap(get("word"));
            assertEq(w.organisation(), get("organisation"));
            assertEq(w.validFrom(), get("valid_from"));
            assertEq(w.validUntil(), get("valid_until"));
            assertEq(w.distrustedSince(), get("distrusted_since"));
            assertEq(w.roles(), get("roles"));
            assertEq(w.isActive(), get("active") == 1);
            SignerWord packed = SignerWordLibrary.pack(w.organisation(), w.validFrom(), 0)
                .withValidUntil(w.validUntil()).withDistrustedSince(w.distrustedSince());
            assertEq(packed.withAuthority(w.roles(), w.isActive()).raw(), w.raw());
        }
    }

    function test_ProgrammeWords() external {
        for (uint256 i = 0; next("programme", i); ++i) {
            ProgrammeWord w = ProgrammeWord.wrap(get("word"));
            assertEq(w.isActive(), get("active") == 1);
            assertEq(w.seamlessLimit(), get("seamless_limit"));
            assertEq(w.version(), get("version"));
            assertEq(w.longestSenior(), get("longest_senior"));
            assertEq(w.longestSeamless(), get("longest_seamless"));
            ProgrammeWord packed = ProgrammeWordLibrary.pack(
                w.isActive(), w.seamlessLimit(), w.version(), w.longestSenior(), w.longestSeamless()
            );
            assertEq(packed.raw(), w.raw());
        }
    }
}
