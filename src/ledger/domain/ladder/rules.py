"""The ladder's part of a programme file: how long each step is given."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from ledger.domain.rule_file import Strict

Days = Annotated[int, Field(ge=1, le=366)]


class LadderRules(Strict):
    """Days that each step is given before the next, and how often somebody is visited."""

    notice_days: Days = 10
    """From a delivered notice to asking family; also how long a notice is given to be delivered."""
    family_days: Days = 7
    video_days: Days = 7
    """How long a video call may take to come about before the community visits instead."""
    visits: int = Field(default=2, ge=1, le=5)
    """Visits in vain, on different days, before grace can end."""
    grace_days: Days = 60
    """Counted from a delivered notice, while our systems work."""
    again_days: Days = 90
    """From a reviewer's decision to go on paying until the steps begin anew."""
