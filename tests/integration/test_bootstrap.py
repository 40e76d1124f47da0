"""Opening an installation: what is made on first use, what is found again, and what is refused."""

from __future__ import annotations

import json
import shutil
import stat
from pathlib import Path

import pytest

from ledger.bootstrap import open_application
from ledger.chain.deployment import Deployment
from ledger.encoding.words import programme as programme_word
from ledger.errors import BadInput, CannotKnow, Misconfigured, NotAuthenticated
from ledger.relay.registers import Registers
from ledger.services.certify import CertificationRequest
from ledger.services.founding.operator import FIRST_LOGIN, SYSTEM
from ledger.services.references import SubjectRef
from ledger.settings import Settings
from tests.chain import chain_that_others_run
from tests.installation import Installation, open_installation


def settings(home: Path, **others: object) -> Settings:
    return Settings(home=home, chain_port=0, batch_age=0.02, **others)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of an installation that was opened once, with one certified person, and closed."""
    home = tmp_path_factory.mktemp("made")
    with open_installation(home) as installation:
        subject = installation.enrol()
        installation.application.certify.submit_one(
            installation.worker, CertificationRequest(subject, method="visit")
        )
        installation.settle()
        (home / "someone").write_text(subject.identity_number or "")
    return home


@pytest.fixture
def copied(made: Path, tmp_path: Path) -> Path:
    """A copy of it, for a test to spoil."""
    home = tmp_path / "home"
    shutil.copytree(made, home)
    return home


def test_what_is_secret_is_its_owners_only(made: Path) -> None:
    for name in ("vault-passphrase", "vault/master.json", "deployment.json"):
        assert stat.S_IMODE((made / name).stat().st_mode) == 0o600, name
    assert stat.S_IMODE(made.stat().st_mode) == 0o700


def test_everything_is_there_again_at_the_same_block_hash(copied: Path) -> None:
    number = (copied / "someone").read_text()
    with open_application(settings(copied)) as application:
        worker = next(view for view in application.accounts.list_users(SYSTEM) if view.login == "nanqiao")
        answer = application.lookup.verdict(
            application.sessions.actor_of(worker.id), SubjectRef(identity_number=number)
        )
        assert answer.verdict == "VALID"
        assert application.deployment == Deployment.load(copied / "deployment.json")


def test_the_operators_link_is_made_until_they_have_signed_up(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with open_application(settings(home)) as application:
        first = application.operator_invitation
        assert first is not None
        assert first.user.login == FIRST_LOGIN
    with open_application(settings(home)) as application:
        second = application.operator_invitation
        assert second is not None
        with pytest.raises(NotAuthenticated, match="invitation_invalid"):
            application.accounts.invited(first.token)
        application.accounts.accept(second.token, "a long enough password")
    with open_application(settings(home)) as application:
        assert application.operator_invitation is None


def test_a_second_instance_on_the_same_folder_is_refused(installation: Installation) -> None:
    home = installation.application.settings.home
    with pytest.raises(Misconfigured, match="home_in_use") as refusal, open_application(settings(home)):
        pass
    assert refusal.value.params["directory"] == str(home)
    assert installation.application.status.health().ready


def test_another_chain_id_is_refused(copied: Path) -> None:
    with (
        pytest.raises(Misconfigured, match="chain_made_with_another_id"),
        open_application(settings(copied, chain_id=7)),
    ):
        pass


def test_another_chains_genesis_is_refused(copied: Path) -> None:
    shutil.rmtree(copied / "chain")
    with pytest.raises(Misconfigured, match="genesis_differs"), open_application(settings(copied)):
        pass


def test_a_database_of_another_chain_is_refused(copied: Path) -> None:
    shutil.rmtree(copied / "chain")
    (copied / "deployment.json").unlink()
    with pytest.raises(Misconfigured, match="index_of_another_chain"), open_application(settings(copied)):
        pass


def test_a_wrong_passphrase_is_refused_and_nothing_stays_locked(copied: Path) -> None:
    right = (copied / "vault-passphrase").read_text()
    (copied / "vault-passphrase").write_text("not the passphrase at all\n")
    with pytest.raises(Misconfigured, match="vault_passphrase_wrong"), open_application(settings(copied)):
        pass
    (copied / "vault-passphrase").write_text(right)
    with open_application(settings(copied)) as application:
        assert application.status.health().ready


def test_a_node_out_of_reach_is_said(tmp_path: Path) -> None:
    nowhere = settings(tmp_path / "home", rpc_url="http://127.0.0.1:9")
    with pytest.raises(CannotKnow, match="node_unreachable"), open_application(nowhere):
        pass


def test_an_installation_on_a_chain_that_others_run(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with chain_that_others_run(tmp_path / "chain") as chain:
        with open_installation(home, rpc_url=chain.url) as installation:
            subject = installation.enrol()
            installation.application.certify.submit_one(
                installation.worker, CertificationRequest(subject, method="visit")
            )
            installation.settle()
            assert installation.application.lookup.verdict(installation.worker, subject).verdict == "VALID"
        members = json.loads((home / "deployment.json").read_text())["contracts"]["Members"]["address"]
        chain.rpc.call("anvil_setCode", members, "0x6001600101")
        elsewhere = settings(home, rpc_url=chain.url)
        with pytest.raises(Misconfigured, match="contract_code_unknown"), open_application(elsewhere):
            pass


def test_the_operators_own_organisations_are_registered(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "organisations.toml").write_text(
        """
        [[organisations]]
        id = 5
        code = "330106"
        name = "西湖区"
        kind = "county"
        roles = ["REVIEWER"]
        [[organisations]]
        id = 6
        code = "330106001"
        name = "某街道"
        kind = "subdistrict"
        parent = "330106"
        """,
        encoding="utf-8",
    )
    with open_application(settings(home)) as application:
        assert application.operator_invitation is not None
        assert application.operator_invitation.user.organisation == "330106"
        with application.database.read() as conn:
            state = Registers(application.deployment.domains).present(conn)
        assert sorted(state.organisations) == [5, 6]
        assert len(state.signers) == 1  # a subdistrict without a role signs nothing
        assert programme_word.active(state.programmes[1])


@pytest.mark.parametrize(
    "text",
    [
        "not toml at all [",
        "organisations = []",
        '[[organisations]]\nid = 0\ncode = "x"\nname = "x"\nkind = "county"',
        '[[organisations]]\nid = 1\ncode = "x"\nname = "x"\nkind = "county"\nparent = "y"',
        '[[organisations]]\nid = 1\ncode = "x"\nname = "x"\nkind = "kingdom"',
    ],
)
def test_a_bad_organisations_file_is_refused_before_anything_is_made(tmp_path: Path, text: str) -> None:
    (tmp_path / "organisations.toml").write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match="organisations_malformed"), open_application(settings(tmp_path)):
        pass
    assert not (tmp_path / "vault").exists()


def test_a_full_disk_takes_no_half_of_a_roster(installation: Installation) -> None:
    database = installation.application.database
    rows = "".join(f"张{n},{installation.number()},{'长' * 60}{n}\n" for n in range(300))
    data = ("姓名,身份证号,地址\n" + rows).encode()
    with database.write() as conn:
        before = conn.exec_driver_sql("SELECT count(*) FROM subjects").scalar_one()
        pages = conn.exec_driver_sql("PRAGMA page_count").scalar_one()
        conn.exec_driver_sql(f"PRAGMA max_page_count = {pages}")  # SQLite's own way to a full disk
    try:
        with pytest.raises(CannotKnow, match="database_full"):
            installation.application.enrol.import_roster(installation.worker, data, "a.csv")
        with database.read() as conn:
            assert conn.exec_driver_sql("SELECT count(*) FROM subjects").scalar_one() == before
    finally:
        with database.write() as conn:
            conn.exec_driver_sql("PRAGMA max_page_count = 4294967294")
    report = installation.application.enrol.import_roster(installation.worker, data, "a.csv")
    assert report.counts.created == 300
