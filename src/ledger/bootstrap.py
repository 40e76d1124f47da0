"""The composition root: everything an installation is made of, opened in order and closed in reverse."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from ledger.chain.blocks import head
from ledger.chain.deploy import deploy
from ledger.chain.deployment import Deployment
from ledger.chain.embedded.chain import EmbeddedChain
from ledger.chain.embedded.lock import InstanceLock
from ledger.chain.engine import Engine
from ledger.chain.governance import Governance as ChainGovernance
from ledger.chain.remote import RemoteEngine
from ledger.chain.sender import Sender
from ledger.chain.views import Views
from ledger.domain import programmes
from ledger.errors import Misconfigured
from ledger.keys import passphrase
from ledger.keys.file_vault import FileVault
from ledger.keys.files import make_private_directory
from ledger.keys.vault import GOVERNANCE, OPERATOR, RELAYER, Vault
from ledger.relay.follower import Follower
from ledger.relay.forming import Limits
from ledger.relay.registers import Registers
from ledger.relay.runner import Relay
from ledger.relay.submitter import Submitter
from ledger.services.access_log import AccessLog
from ledger.services.accounts import Accounts, Invitation
from ledger.services.api_keys import ApiKeys
from ledger.services.case_list import CaseList
from ledger.services.certify import Certify
from ledger.services.consents import Consents
from ledger.services.context import Clock, Context
from ledger.services.decide import Decide
from ledger.services.demo import Demonstration
from ledger.services.enrol import Enrol
from ledger.services.founding import (
    ChainRegister,
    NewOrganisation,
    first_organisations,
    invite_first_operator,
    keep_organisations,
    register_organisations,
    register_programmes,
)
from ledger.services.governance import Governance
from ledger.services.lookup import Lookup
from ledger.services.operations import Operations
from ledger.services.people import People
from ledger.services.prove import Prove
from ledger.services.sessions import Sessions
from ledger.services.status import Status
from ledger.services.verdicts import Verdicts
from ledger.settings import Settings
from ledger.store import index
from ledger.store.database import Database
from ledger.store.migrate import migrate

Progress = Callable[[str, int, int], None]
"""Called with a stage's message code, steps done, steps in all."""


@dataclass(frozen=True, slots=True)
class Application:
    """A running installation's use cases."""

    settings: Settings
    database: Database
    engine: Engine
    deployment: Deployment
    accounts: Accounts
    sessions: Sessions
    api_keys: ApiKeys
    governance: Governance
    enrol: Enrol
    cases: CaseList
    certify: Certify
    consents: Consents
    decide: Decide
    lookup: Lookup
    operations: Operations
    access_log: AccessLog
    status: Status
    demonstration: Demonstration
    operator_invitation: Invitation | None
    """The first operator's one-time link, until they have signed up."""


@contextmanager
def open_application(
    settings: Settings,
    *,
    progress: Progress = lambda _stage, _done, _total: None,
    clock: Clock = time.time,
) -> Iterator[Application]:
    """Opens the installation in `settings.home`, making it on first use; closes all of it on the way out.

    Raises Misconfigured `home_in_use`, `backup.vault_missing`, and what the vault, the
    embedded chain, `deploy`, `migrate` and the first organisations' file raise; CannotKnow
    `node_unreachable`. Whatever was opened by then is closed again, and what was made is found by the next
    start.
    """
    with ExitStack() as stack:
        organisations = first_organisations(settings.organisations_file)
        vault, engine = stack.enter_context(open_keys_and_chain(settings, progress=progress))
        progress("start.contracts", 0, 1)
        deployment = deploy(engine, vault, settings.deployment_file)
        shipped = {programme.code: programme for programme in programmes.shipped()}
        register = _register(engine, vault, deployment)
        database = Database(settings.resolved_database_url)
        stack.callback(database.close)
        migrate(database)
        limits = Limits(size=settings.batch_size, age=settings.batch_age, deadline=settings.batch_deadline)
        follower = Follower(database, engine, deployment)
        relay = Relay(Submitter(database, vault, engine, deployment, limits), follower)
        context = Context(
            database=database,
            vault=vault,
            settings=settings,
            programmes=shipped,
            clock=clock,
            wake=relay.wake,
        )
        _found(context, register, organisations)
        progress("start.contracts", 1, 1)
        _catch_up(follower, database, progress)
        stack.enter_context(relay)
        yield _application(context, engine, deployment, register, organisations[0].code)


@contextmanager
def open_keys_and_chain(
    settings: Settings, *, progress: Progress = lambda _stage, _done, _total: None
) -> Iterator[tuple[Vault, Engine]]:
    """What an installation stands on, made on first use: its vault with its own keys, and its chain.

    Nobody else opens `settings.home` meanwhile. Raises as `open_application` does.
    """
    with ExitStack() as stack:
        make_private_directory(settings.home)
        stack.callback(InstanceLock(settings.home, "home_in_use").release)
        vault = stack.enter_context(_open_vault(settings))
        engine = open_engine(settings, progress)
        stack.callback(engine.close)
        yield vault, engine


def _open_vault(settings: Settings) -> FileVault:
    # A new vault beside old records would make every one of them unreadable without a word.
    if settings.deployment_file.exists() and not settings.vault_directory.exists():
        raise Misconfigured("backup.vault_missing", path=str(settings.vault_directory))
    vault = FileVault(settings.vault_directory, passphrase.read_or_make(settings.passphrase_file))
    present = set(vault.names())
    for name in (RELAYER, GOVERNANCE, OPERATOR):
        if name not in present:
            vault.create_signing_key(name)
    return vault


def open_engine(settings: Settings, progress: Progress) -> Engine:
    """The installation's chain: the nodes that it names, or its own. Closing it is the caller's."""
    if settings.rpc_urls:
        return RemoteEngine(settings.rpc_urls, depth=settings.finality_depth)
    return EmbeddedChain(
        settings.chain_directory,
        chain_id=settings.chain_id,
        port=settings.chain_port,
        progress=lambda done, total: progress("start.chain", done, total),
    )


def _register(engine: Engine, vault: Vault, deployment: Deployment) -> ChainRegister:
    sender = Sender(engine, vault, GOVERNANCE)
    return ChainRegister(
        governance=ChainGovernance(sender, deployment.addresses),
        views=lambda: Views(engine.rpc, deployment.addresses, head(engine.rpc).hash),
        vault=vault,
        admin=sender.address,
    )


def _found(context: Context, register: ChainRegister, organisations: Sequence[NewOrganisation]) -> None:
    """Chain first: what the database knows, the chain knows."""
    now = context.now()
    register_organisations(organisations, {}, register, now)
    register_programmes(context.programmes.values(), register)
    with context.database.write() as conn:
        keep_organisations(conn, organisations, {}, now)


def _catch_up(follower: Follower, database: Database, progress: Progress) -> None:
    """Rules are asked of the registers as indexed, so the first request must find them there."""
    more = True
    while more:
        more = follower.tick()
        with database.read() as conn:
            at = index.as_of(conn)
        progress("start.index", at.block if at else 0, at.head if at else 0)


def _application(
    context: Context,
    engine: Engine,
    deployment: Deployment,
    register: ChainRegister,
    first_organisation: str,
) -> Application:
    registers = Registers(deployment.domains)
    people = People(context)
    verdicts = Verdicts(context, registers)
    access_log = AccessLog(context, people)
    consents = Consents(context, people, registers, access_log)
    accounts, sessions, api_keys = Accounts(context), Sessions(context), ApiKeys(context)
    enrol = Enrol(context, people)
    governance = Governance(context, registers, register)
    certify = Certify(context, people, registers)
    prove = Prove(context, engine, deployment)
    return Application(
        settings=context.settings,
        database=context.database,
        engine=engine,
        deployment=deployment,
        accounts=accounts,
        sessions=sessions,
        api_keys=api_keys,
        governance=governance,
        enrol=enrol,
        cases=CaseList(context, access_log),
        certify=certify,
        consents=consents,
        decide=Decide(context, people, verdicts, registers, access_log, prove=prove),
        lookup=Lookup(context, people, verdicts, consents, access_log, prove=prove),
        operations=Operations(context, people),
        access_log=access_log,
        status=Status(context, verdicts, deployment, engine),
        demonstration=Demonstration(
            context,
            governance=governance,
            accounts=accounts,
            sessions=sessions,
            api_keys=api_keys,
            enrol=enrol,
            certify=certify,
            consents=consents,
        ),
        operator_invitation=invite_first_operator(accounts, first_organisation),
    )
