"""The story of one person, for a dispute: it opens, is proved, and is logged."""

from __future__ import annotations

import time

from ledger.audit.archive import lines
from ledger.audit.archive.lines import STATE_ROOT
from ledger.audit.story_proofs import proofs_of
from ledger.domain.tags import Kind, tag_of
from ledger.encoding import addresses
from ledger.encoding.rlp_list import decode_list, decode_string
from ledger.encoding.trie import Nodes, look_up
from ledger.keys.file_vault import FileVault
from ledger.keys.passphrase import read
from ledger.services.certify import Action, CertificationRequest
from ledger.services.consents import ConsentTuple
from ledger.services.subject_story import subject_story
from ledger.store import access_log
from tests.installation import SUBDISTRICT, Installation


def test_a_persons_story_opens_and_its_words_are_proved(installation: Installation) -> None:
    application, subject = installation.application, installation.enrol()
    request = CertificationRequest(subject=subject, action=Action.CERTIFY, method="visit", note="well")
    accepted = application.certify.submit_one(installation.worker, request)
    terms = ConsentTuple(SUBDISTRICT, "health", "mobility", "home-care")
    application.consents.give(installation.worker, subject, terms)
    installation.settle()
    settings = application.settings
    with FileVault(settings.vault_directory, read(settings.passphrase_file)) as vault:
        story = subject_story(
            application.database,
            vault,
            accepted.subject_id,
            actor="a-court",
            purpose="dispute 7",
            now=time.time(),
        )
    assert [(tag["kind"], len(tag["revisions"]), tag["opens"]) for tag in story] == [
        ("certification", 1, True),
        ("consent", 1, True),
    ]
    for tag in story:
        opened = tag_of(Kind(tag["kind"]), tuple(tag["parts"]), lines.unhex(tag["opening_key"]))
        assert lines.shown(opened) == tag["tag"]
    assert story[0]["revisions"][0]["record"]["note"] == "well"
    with application.database.read() as conn:
        (entry,) = access_log.page(conn, subject_id=accepted.subject_id, before=None, limit=1)
    assert (entry["action"], entry["actor"], entry["purpose"]) == ("audit-subject", "a-court", "dispute 7")

    proofs = proofs_of(application.engine.rpc, application.deployment, story)
    state_root = decode_list(lines.unhex(proofs["block"]["rlp"]))[STATE_ROOT]
    words = {tag["tag"]: tag["revisions"][-1]["word"] for tag in story}
    for proof in proofs["words"]:
        nodes = Nodes(map(lines.unhex, proof["account"]))
        account = look_up(state_root, addresses.to_bytes(proof["contract"]), nodes)
        assert account is not None
        storage_root = decode_list(account)[2]
        found = look_up(storage_root, lines.unhex(proof["slot"]), Nodes(map(lines.unhex, proof["storage"])))
        assert found is not None
        assert f"0x{int.from_bytes(decode_string(found), 'big'):064x}" == words[proof["tag"]]
