"""Opening the installation in this process, and closing it however the process ends."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import FrameType

from pydantic import ValidationError

from ledger.bootstrap import Application, open_application
from ledger.cli import output
from ledger.cli.logs import write_logs_to
from ledger.errors import BadInput
from ledger.keys.files import make_private_directory
from ledger.settings import Settings


def settings_from(**given: object) -> Settings:
    """The settings of the environment, with what the command line gives in their place.

    Raises BadInput `cli.setting_invalid` naming the settings that can't be.
    """
    try:
        return Settings.model_validate({name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        names = ", ".join(str(one["loc"][0]) for one in error.errors())
        raise BadInput("cli.setting_invalid", names=names) from error


@contextmanager
def stopped_by_signals() -> Iterator[None]:
    """Lets SIGTERM end the process as Ctrl-C does: by closing everything that was opened."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def log_to(settings: Settings, part: str) -> None:
    """From now on, this process writes its log to a file of the home folder that is named for its part."""
    make_private_directory(settings.home)
    write_logs_to(settings.home / f"{part}.log")


@contextmanager
def opened(settings: Settings) -> Iterator[Application]:
    """The installation, made on first use. Shows progress of what takes long; logs to `service.log`."""
    log_to(settings, "service")
    with ExitStack() as stack:
        with output.progress() as report:
            application = stack.enter_context(open_application(settings, progress=report))
        yield application
