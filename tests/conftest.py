"""What every test shares: how hard hypothesis tries, the database server and the chain."""

from __future__ import annotations

import os

from hypothesis import settings

pytest_plugins = [
    "tests.chain",
    "tests.audited",
    "tests.installation",
    "tests.audited_service",
    "tests.postgres",
    "tests.relay",
    "tests.service",
]

# `make test` tries the same examples every time, so that a failure is the change's own; `make test-full`
# tries new ones.
settings.register_profile("quick", derandomize=True, deadline=None, print_blob=True)
settings.register_profile("full", max_examples=2000, deadline=None, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))
