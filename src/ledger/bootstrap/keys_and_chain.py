"""An installation's vault and chain."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from ledger.chain.embedded.chain import EmbeddedChain
from ledger.chain.engine import Engine
from ledger.chain.remote import RemoteEngine
from ledger.errors import Misconfigured
from ledger.keys import passphrase
from ledger.keys.file_vault import FileVault
from ledger.keys.files import make_private_directory
from ledger.keys.lock import InstanceLock
from ledger.keys.vault import GOVERNANCE, OPERATOR, RELAYER, Vault
from ledger.settings import Settings

Progress = Callable[[str, int, int], None]
"""Called with a stage's message code, steps done, steps in all."""


@contextmanager
def open_keys_and_chain(
    settings: Settings,
    *,
    progress: Progress = lambda _stage, _done, _total: None,
    apart: bool = False,
) -> Iterator[tuple[Vault, Engine]]:
    """What an installation stands on, made on first use: its vault with its own keys, and its chain.

    Nobody else opens `settings.home` meanwhile, or if it is worked on `apart` only others that do so; its
    own chain then waits for theirs to end. Raises as `open_application` does.
    """
    with ExitStack() as stack:
        make_private_directory(settings.home)
        stack.callback(InstanceLock(settings.home, "home_in_use", shared=apart).release)
        making = InstanceLock(settings.home, name="making", wait=True)
        try:
            vault = stack.enter_context(open_vault(settings))
        finally:
            making.release()
        engine = open_engine(settings, progress, wait=apart)
        stack.callback(engine.close)
        yield vault, engine


def open_vault(settings: Settings) -> FileVault:
    """The installation's vault, made if there is none. Raises Misconfigured `backup.vault_missing`."""
    # A new vault beside old records would make every one of them unreadable without a word.
    if settings.deployment_file.exists() and not settings.vault_directory.exists():
        raise Misconfigured("backup.vault_missing", path=str(settings.vault_directory))
    vault = FileVault(settings.vault_directory, passphrase.read_or_make(settings.passphrase_file))
    present = set(vault.names())
    for name in (RELAYER, GOVERNANCE, OPERATOR):
        if name not in present:
            vault.create_signing_key(name)
    return vault


def open_engine(settings: Settings, progress: Progress, *, wait: bool = False) -> Engine:
    """The installation's chain: the nodes that it names, or its own, which is to `wait` while another runs
    it. Closing it is the caller's.
    """
    if settings.rpc_urls:
        return RemoteEngine(settings.rpc_urls, depth=settings.finality_depth)
    return EmbeddedChain(
        settings.chain_directory,
        chain_id=settings.chain_id,
        port=settings.chain_port,
        wait=wait,
        progress=lambda done, total: progress("start.chain", done, total),
    )
