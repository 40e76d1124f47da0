"""The access log on the chain: anchored in time, and never against what was anchored before."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from sqlalchemy import delete, select, update

from ledger.domain import merkle
from ledger.errors import CannotKnow
from ledger.relay.anchoring import Anchored, Anchoring, anchored
from ledger.relay.preparing import Preparing
from ledger.relay.registers import Registers
from ledger.store import access_tree
from ledger.store.tables import access_log, anchors
from ledger.store.tables import access_tree as tree_table
from tests.installation import PATIENCE, Installation, open_installation

COUNTY_ID = 1


@pytest.fixture(scope="module")
def anchoring(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation that anchors what is half a second old."""
    with open_installation(tmp_path_factory.mktemp("anchoring"), anchor_every=0.5) as opened:
        yield opened


def standing(installation: Installation) -> Anchored:
    application = installation.application
    with application.database.read() as conn:
        registers = Registers(application.deployment.domains).present(conn)
        return anchored(conn, registers, COUNTY_ID)


def wait_until_anchored(installation: Installation) -> Anchored:
    deadline = time.monotonic() + PATIENCE
    while True:
        found = standing(installation)
        if found.waiting_since is None and found.head is not None:
            return found
        assert time.monotonic() < deadline, found
        time.sleep(0.05)


def test_what_is_logged_is_anchored_soon(anchoring: Installation) -> None:
    subject = anchoring.enrol()
    for _ in range(3):
        anchoring.application.lookup.verdict(anchoring.worker, subject)
    first = wait_until_anchored(anchoring)
    anchoring.application.lookup.verdict(anchoring.worker, subject)
    second = wait_until_anchored(anchoring)
    assert first.head is not None
    assert second.head is not None
    assert first.head.size < second.head.size == second.size
    assert second.head.root == second.root
    with anchoring.application.database.read() as conn:
        proof = access_tree.consistency(conn, first.head.size, second.head.size)
    assert merkle.verify_consistency(
        first.head.size, first.head.root, second.head.size, second.head.root, proof
    )


def another_look(installation: Installation) -> bool:
    """Whether somebody who looks now finds something to anchor."""
    application = installation.application
    vault = application.access_log._context.vault
    look = Anchoring(
        application.database,
        vault,
        application.deployment,
        every=0.0,
        deadline=3600,
        clock=time.time,
    )
    preparing = Preparing(
        application.database,
        vault,
        application.engine,
        chain_id=application.deployment.chain_id,
        clock=time.time,
    )
    return look.tick(preparing)


def test_nothing_is_anchored_while_nothing_is_logged(anchoring: Installation) -> None:
    wait_until_anchored(anchoring)
    assert not another_look(anchoring)


def test_a_log_that_was_cut_off_is_anchored_no_more(anchoring: Installation) -> None:
    """Last: this log does not recover."""
    subject = anchoring.enrol()
    anchoring.application.lookup.verdict(anchoring.worker, subject)
    found = wait_until_anchored(anchoring)
    application = anchoring.application
    with application.database.write() as conn:
        conn.execute(delete(access_log).where(access_log.c.sequence > found.size - 1))
        leaves = conn.execute(select(access_log.c.leaf_hash).order_by(access_log.c.sequence)).scalars().all()
        tree = merkle.Growing()
        for leaf in leaves:
            tree.add(leaf)
        conn.execute(update(tree_table).values(size=tree.size, whole=b"".join(tree.whole)))
    assert not standing(anchoring).is_continued
    for _ in range(2):  # as long as what was anchored, then longer
        application.lookup.verdict(anchoring.worker, subject)
        assert not standing(anchoring).is_continued
        with pytest.raises(CannotKnow, match="access_log_forked"):
            another_look(anchoring)
    with application.database.read() as conn:
        assert max(conn.execute(select(anchors.c.size)).scalars()) == found.size
