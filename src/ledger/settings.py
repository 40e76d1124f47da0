"""Settings of a running service, read once from the environment (`LEDGER_*`) and the command line."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Everything an installation can choose. Durations are seconds."""

    model_config = SettingsConfigDict(env_prefix="LEDGER_", frozen=True)

    home: Path = Field(default=Path("var"), description="folder of the database, vault, journal and logs")
    database_url: str | None = Field(
        default=None,
        description="SQLAlchemy URL; by default the SQLite file ledger.sqlite in the home folder",
    )
    rpc_url: str | None = Field(
        default=None,
        description="an EVM node, or several, comma-separated; without one the embedded chain is started",
    )
    host: str = Field(default="127.0.0.1", description="address the API listens on")
    port: int = Field(default=8000, ge=0, le=65535, description="preferred port; a free one if it is taken")
    chain_port: int = Field(default=8545, ge=0, le=65535, description="preferred port of the embedded chain")
    finality_depth: int = Field(
        default=0, ge=0, description="blocks above one that make it final, on a chain that others run"
    )
    chain_id: int = Field(default=510181, ge=1, description="chain id of the embedded chain")
    batch_size: int = Field(default=400, ge=1, le=1000, description="entries in a batch at most")
    batch_age: float = Field(
        default=0.25, ge=0, description="how long an accepted record waits for a fuller batch"
    )
    batch_deadline: int = Field(default=86_400, ge=60, description="how long a signed batch may be recorded")
    stale_after: float = Field(
        default=15.0,
        gt=0,
        description="age of the last contact with the node after which answers are UNKNOWN",
    )
    anchor_every: float = Field(
        default=60.0,
        gt=0,
        description="how long an entry of the access log waits to be anchored on the chain",
    )
    anchor_patience: float = Field(
        default=600.0,
        gt=0,
        description="age of the oldest entry that is not anchored, after which no data is released",
    )
    retention_days: int = Field(
        default=3653,
        ge=0,
        description="how long archive duties keep a person's data after the last act on it",
    )
    upload_limit: int = Field(default=10 * 1024 * 1024, ge=1, description="largest uploaded file, bytes")
    resolve_per_hour: int = Field(
        default=10_000, ge=1, description="identity numbers that an API key resolves in an hour at most"
    )
    session_hours: int = Field(default=12, ge=1, description="life of a signed-in session")

    smtp_url: str | None = Field(
        default=None, description="mail server for notices: smtp://[user:password@]host[:port] or smtps://…"
    )
    smtp_sender: str = Field(default="", description="address that mailed notices come from")
    webhook_url: str | None = Field(
        default=None, description="the city's gateway for SMS and recorded calls, which signed requests go to"
    )

    @property
    def webhook_secret_file(self) -> Path:
        """What requests to and from the gateway are signed with; made on first use."""
        return self.home / "gateway-secret"

    @property
    def rpc_urls(self) -> tuple[str, ...]:
        """The URL of each node; none for the embedded chain."""
        return tuple(url for part in (self.rpc_url or "").split(",") if (url := part.strip()))

    @property
    def resolved_database_url(self) -> str:
        """The database's SQLAlchemy URL, with the default filled in."""
        return self.database_url or f"sqlite:///{(self.home / 'ledger.sqlite').absolute()}"

    @property
    def vault_directory(self) -> Path:
        """Folder of the key vault: kept apart from what a backup of the database holds."""
        return self.home / "vault"

    @property
    def passphrase_file(self) -> Path:
        """What opens the vault; made on first run."""
        return self.home / "vault-passphrase"

    @property
    def erasure_list(self) -> Path:
        """Whose keys were destroyed: apart from vault and database, and applied to both at every start."""
        return self.home / "erasures.jsonl"

    @property
    def organisations_file(self) -> Path:
        """The organisations to begin with, if the operator wrote such a file."""
        return self.home / "organisations.toml"

    @property
    def chain_directory(self) -> Path:
        """Folder of the embedded chain: journal, dumps, lock."""
        return self.home / "chain"

    @property
    def deployment_file(self) -> Path:
        """The pinned deployment description that audits and proofs start from."""
        return self.home / "deployment.json"
