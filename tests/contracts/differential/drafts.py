"""A batch in the making, of either kind."""

from __future__ import annotations

from dataclasses import dataclass, field

from ledger.domain.state import LedgerState
from ledger.encoding.types import RecordHash, Tag, Word
from ledger.encoding.words import certification
from tests.contracts.differential import drawing
from tests.contracts.differential.clock import Key
from tests.contracts.differential.goals import Goal
from tests.contracts.differential.world import World

SEARCH = 1500
"""How many words are drawn at most until one is refused as wanted."""


@dataclass
class Draft:
    """Whose batch it is, and the words as its entries leave them: it may change a tag several times."""

    world: World
    state: LedgerState
    key: Key
    words: dict[Tag, int] = field(default_factory=dict, kw_only=True)
    entries: list[tuple[Tag, Word, RecordHash]] = field(default_factory=list, kw_only=True)

    def draw(self, goal: Goal | None = None) -> tuple[Tag, int, str | None]:
        """A tag, a next word for it with the goal in view, and by which name the rules refuse it."""
        raise NotImplementedError

    def vary(self, goal: Goal) -> None:  # noqa: ARG002  # there is more to vary in other drafts
        """Takes another key, and whatever else a batch has before its entries."""
        self.key = self.world.random.choice(drawing.usable_keys(self.world, self.state))

    @property
    def alike(self) -> tuple[int, ...]:
        """What batches have in common of which the reducer remembers together what it accepted."""
        raise NotImplementedError

    @property
    def habits(self) -> list[int]:
        """Words that were accepted in such batches."""
        return self.world.habits.setdefault(self.alike, [])

    def fresh_tag(self) -> Tag:
        """A tag that nothing was ever recorded of."""
        return Tag(self.world.random.randbytes(32))

    @property
    def packed(self) -> bytes:
        """The entries as they are signed."""
        return b"".join(
            tag + word.to_bytes(32, "big") + record_hash for tag, word, record_hash in self.entries
        )

    def add(self, tag: Tag, word: int) -> None:
        """One more entry, whatever the rules say of it."""
        self.entries.append((tag, Word(word), RecordHash(self.world.random.randbytes(32))))
        self.words[tag] = certification.replace(word, recorded_at=self.world.time)

    def add_any(self, count: int) -> None:
        """Entries that were drawn without asking the rules."""
        for _ in range(count):
            tag, word, _ = self.draw()
            self.add(tag, word)

    def add_accepted(self, count: int) -> None:
        """Entries that the rules accept, as many as can be found."""
        for _ in range(40 * count):
            if len(self.entries) == count:
                return
            tag, word, refusal = self.draw()
            if refusal is None:
                self.add(tag, word)
                self.habits[:] = [*self.habits[-9:], word]

    def add_for(self, goal: Goal) -> None:
        """Accepted entries, one that reaches the goal if it can be found, and whatever after it."""
        for _ in range(SEARCH):
            self.vary(goal)
            tag, word, refusal = self.draw(goal)
            if goal.met(refusal):
                self.add_accepted(self.world.random.choice((0, 0, 1, 3)))
                # What was found was found on the recorded word, not on one of this batch.
                self.entries = [entry for entry in self.entries if entry[0] != tag]
                self.add(tag, word)
                self.add_any(self.world.random.choice((0, 0, 1, 2)) if refusal else 0)
                return
