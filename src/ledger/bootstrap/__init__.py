"""The composition root: everything an installation is made of, opened in order and closed in reverse."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from ledger.bootstrap.keys_and_chain import Progress, open_vault
from ledger.bootstrap.working import register_of, shipped_programmes, working
from ledger.chain.deployment import Deployment
from ledger.chain.embedded.attached import AttachedChain
from ledger.chain.engine import Engine
from ledger.chain.remote import RemoteEngine
from ledger.domain.programmes import Programme
from ledger.encoding.signal_statements import SignalStatements
from ledger.errors import Misconfigured
from ledger.keys.lock import InstanceLock
from ledger.relay.registers import Registers
from ledger.services.access_log import AccessLog
from ledger.services.access_proofs import AccessProofs
from ledger.services.accounts import Accounts, Invitation
from ledger.services.api_keys import ApiKeys
from ledger.services.bases import Bases
from ledger.services.cases.queue import CaseQueue
from ledger.services.cases.work import CaseWork
from ledger.services.certify import Certify
from ledger.services.consent_receipts import ConsentReceipts
from ledger.services.consents import Consents
from ledger.services.contacts import Contacts
from ledger.services.context import Clock, Context
from ledger.services.data import Data
from ledger.services.deaths.report import Deaths
from ledger.services.deaths.signs import Signs
from ledger.services.decide import Decide
from ledger.services.delegations import Delegations
from ledger.services.demo import Demonstration
from ledger.services.department_verdicts import DepartmentVerdicts
from ledger.services.enrol import Enrol
from ledger.services.erasures import Erasures
from ledger.services.errors.anomalies import Anomalies
from ledger.services.errors.rates import ErrorRates
from ledger.services.errors.revisits import Revisits
from ledger.services.forms.forms import Forms
from ledger.services.forms.templates import Templates
from ledger.services.founding import (
    ChainRegister,
    invite_first_operator,
)
from ledger.services.governance import Governance
from ledger.services.handles import Handles
from ledger.services.ladder.desk import LadderDesk
from ledger.services.ladder.run import LadderRun
from ledger.services.legacy.platform import Legacy
from ledger.services.lookup import Lookup
from ledger.services.mandates import Mandates
from ledger.services.months.lists import Lists
from ledger.services.months.months import Months
from ledger.services.months.payments import Payments
from ledger.services.months.reading import MonthReading
from ledger.services.months.signing import Signing
from ledger.services.notices.desk import NoticeDesk
from ledger.services.notices.receipts import Receipts
from ledger.services.notices.senders import gateway_secret
from ledger.services.operations import Operations
from ledger.services.paper_consents import PaperConsents
from ledger.services.people import People
from ledger.services.prove import Prove
from ledger.services.registry.corrections import Corrections
from ledger.services.registry.merging import Merging
from ledger.services.registry.moves import Moves
from ledger.services.sealed_files import SealedFiles
from ledger.services.seamless.desk import SeamlessDesk
from ledger.services.seamless.notices import Notices
from ledger.services.seamless.reasons import Explanations
from ledger.services.seamless.runs import Runs
from ledger.services.seamless.weeks import Weeks
from ledger.services.sessions import Sessions
from ledger.services.signals.asked import Asked
from ledger.services.signals.desk import SignalDesk
from ledger.services.signals.flows import Flows
from ledger.services.signals.importing import Deliveries
from ledger.services.signals.keeping import Kept
from ledger.services.signals.quarantine import Quarantine
from ledger.services.statements import Statements
from ledger.services.status import Status
from ledger.services.verdicts import Verdicts
from ledger.settings import Settings
from ledger.store.database import Database
from ledger.store.group_commit import GroupCommit
from ledger.store.migrate import require_present


@dataclass(frozen=True, slots=True)
class Application:
    """A running installation's use cases."""

    settings: Settings
    database: Database
    engine: Engine
    deployment: Deployment
    programmes: Mapping[str, Programme]
    accounts: Accounts
    sessions: Sessions
    api_keys: ApiKeys
    governance: Governance
    enrol: Enrol
    cases: CaseQueue
    case_work: CaseWork
    certify: Certify
    consents: Consents
    deaths: Deaths
    consent_receipts: ConsentReceipts
    delegations: Delegations
    paper_consents: PaperConsents
    sealed_files: SealedFiles
    handles: Handles
    bases: Bases
    decide: Decide
    data: Data
    department_verdicts: DepartmentVerdicts
    ladder: LadderDesk
    ladder_run: LadderRun
    error_rates: ErrorRates
    revisits: Revisits
    anomalies: Anomalies
    lookup: Lookup
    months: Months
    month_reading: MonthReading
    notices: NoticeDesk
    receipts: Receipts
    contacts: Contacts
    legacy: Legacy
    corrections: Corrections
    moves: Moves
    merging: Merging
    forms: Forms
    payments: Payments
    form_templates: Templates
    operations: Operations
    signals: SignalDesk
    seamless: SeamlessDesk
    access_log: AccessLog
    access_proofs: AccessProofs
    statements: Statements
    mandates: Mandates
    erasures: Erasures
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
    with working(settings, progress, clock) as work, GroupCommit(work.context.database) as group:
        application = _application(
            work.context,
            work.engine,
            work.deployment,
            register=work.register,
            group=group,
            first_organisation=work.organisations[0].code,
        )
        application.erasures.finish()
        yield application


@contextmanager
def open_worker(
    settings: Settings, *, progress: Progress = lambda _stage, _done, _total: None
) -> Iterator[None]:
    """Chain, submitter and follower, for API processes of their own. Waits while another worker works.

    Raises as `open_application` does.
    """
    with working(settings, progress, time.time, apart=True):
        yield


@contextmanager
def open_api(settings: Settings) -> Iterator[Application]:
    """The use cases of an installation that a worker works for, in one of any number of processes.

    Raises Misconfigured `installation_missing` before a worker has made it, `home_in_use` if one process
    does all of it; what the vault and `require_present` raise.
    """
    with ExitStack() as stack:
        if not settings.deployment_file.exists():
            raise Misconfigured("installation_missing", home=str(settings.home))
        stack.callback(InstanceLock(settings.home, "home_in_use", shared=True).release)
        vault = stack.enter_context(open_vault(settings))
        engine: Engine = (
            RemoteEngine(settings.rpc_urls, depth=settings.finality_depth)
            if settings.rpc_urls
            else AttachedChain(settings.chain_directory)
        )
        stack.callback(engine.close)
        deployment = Deployment.load(settings.deployment_file)
        database = Database(settings.resolved_database_url)
        stack.callback(database.close)
        require_present(database)
        context = Context(database=database, vault=vault, settings=settings, programmes=shipped_programmes())
        register = register_of(engine, vault, deployment)
        group = stack.enter_context(GroupCommit(database))
        yield _application(
            context, engine, deployment, register=register, group=group, first_organisation=None
        )


def _application(
    context: Context,
    engine: Engine,
    deployment: Deployment,
    *,
    register: ChainRegister,
    group: GroupCommit,
    first_organisation: str | None,
) -> Application:
    """The use cases. The first operator is invited into `first_organisation`, if it is named."""
    registers = Registers(deployment.domains)
    people = People(context)
    verdicts = Verdicts(context, registers)
    access_log = AccessLog(context, people)
    consents = Consents(context, people, registers, access_log)
    accounts, sessions, api_keys = Accounts(context), Sessions(context), ApiKeys(context)
    enrol = Enrol(context, people)
    governance = Governance(context, registers, register)
    bases = Bases(context, registers, register)
    delegations = Delegations(context, people, access_log)
    handles = Handles(context, people, access_log, deployment)
    certify = Certify(context, people, registers)
    cases = CaseQueue(context, people, access_log)
    statements = SignalStatements(deployment.chain_id, bytes.fromhex(deployment.deployment_id[2:]))
    kept = Kept(context)
    prove = Prove(context, engine, deployment)
    corrections = Corrections(context, people, access_log)
    lists, templates = Lists(people), Templates(context)
    month_reading = MonthReading(context, people, lists, registers, access_log)
    decide = Decide(context, people, verdicts, registers, prove=prove, group=group, deployment=deployment)
    access_proofs = AccessProofs(context, registers)
    lookup = Lookup(context, people, verdicts, consents, access_log, prove=prove)
    deaths = Deaths(context, people, registers, access_log, certify)
    return Application(
        settings=context.settings,
        database=context.database,
        engine=engine,
        deployment=deployment,
        programmes=context.programmes,
        accounts=accounts,
        sessions=sessions,
        api_keys=api_keys,
        governance=governance,
        enrol=enrol,
        cases=cases,
        case_work=CaseWork(context, people, access_log, cases, certify),
        certify=certify,
        consents=consents,
        consent_receipts=ConsentReceipts(context, people, access_log, deployment),
        delegations=delegations,
        paper_consents=PaperConsents(context, people, registers),
        sealed_files=SealedFiles(context, people, access_log),
        handles=handles,
        bases=bases,
        decide=decide,
        data=Data(context, people, verdicts, decide, access_proofs, group=group, deployment=deployment),
        department_verdicts=DepartmentVerdicts(context, verdicts, registers, group=group),
        months=Months(context, lists, Signing(context, registers, deployment), access_log),
        deaths=deaths,
        ladder=LadderDesk(context, people, access_log),
        ladder_run=LadderRun(context, people),
        error_rates=ErrorRates(context, people),
        revisits=Revisits(context, people, deaths, access_log),
        anomalies=Anomalies(context, people),
        lookup=lookup,
        notices=NoticeDesk(context, people, access_log),
        receipts=Receipts(context, lambda: gateway_secret(context.settings)),
        contacts=Contacts(context, people, access_log),
        month_reading=month_reading,
        forms=Forms(context, people, month_reading, lists, templates, access_log=access_log),
        legacy=Legacy(context, people, enrol, certify, month_reading, access_log=access_log),
        corrections=corrections,
        moves=Moves(context, people, registers, corrections, access_log),
        merging=Merging(context, people, corrections, certify),
        form_templates=templates,
        payments=Payments(context, people, access_log),
        operations=Operations(context, people),
        signals=SignalDesk(
            flows=Flows(context, registers, bases),
            asked=Asked(context, people, access_log),
            deliveries=Deliveries(
                context, people, registers, statements, death_signs=Signs(context, people, deaths).look
            ),
            quarantine=Quarantine(context),
            kept=kept,
        ),
        seamless=SeamlessDesk(
            runs=Runs(context, people, registers, kept),
            explanations=Explanations(context, people, kept, access_log),
            weeks=Weeks(context),
            notices=Notices(context, people, certify),
        ),
        access_log=access_log,
        access_proofs=access_proofs,
        statements=Statements(context, people, verdicts, consents),
        mandates=Mandates(context, people, access_log),
        erasures=Erasures(context, people, access_log, deployment=deployment),
        status=Status(context, verdicts, deployment, engine),
        demonstration=Demonstration(
            context,
            bases=bases,
            accounts=accounts,
            sessions=sessions,
            api_keys=api_keys,
            enrol=enrol,
            certify=certify,
            consents=consents,
            handles=handles,
            deaths=deaths,
            delegations=delegations,
        ),
        operator_invitation=(
            invite_first_operator(accounts, first_organisation) if first_organisation else None
        ),
    )
