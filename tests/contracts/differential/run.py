"""A whole run: import, then blocks of everything at once, then the seal."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ledger.domain.events import Contract, Sealed, WordsImported
from ledger.domain.rules.registers import MOST_KEYS
from ledger.domain.state import LedgerState
from ledger.encoding.words import signer
from tests.contracts.differential import (
    attempts,
    certification_batches,
    consent_batches,
    coverage,
    founding,
    imports,
    register_calls,
)
from tests.contracts.differential.attempts import Attempt
from tests.contracts.differential.drawing import Deck
from tests.contracts.differential.match import Match
from tests.contracts.differential.world import DAY, POLICE, World

Draw = Callable[[LedgerState], Attempt]
BATCHES_PER_BLOCK = 40
AT_THE_END = {(Contract.MEMBERS.value, "TooManySigners")}
_KEY_LIMITS = (signer.valid_from, signer.valid_until)
_IMPORTS = {Contract.CERTIFICATIONS: imports.certifications(), Contract.CONSENTS: imports.consents()}


class Run:
    """`batches` of both kinds in one world, most of them accepted."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.match = Match(world)
        random = world.random
        self._certifications = Deck(random, certification_batches.WANTED)
        self._consents = Deck(random, consent_batches.WANTED)
        self._changes = Deck(random, register_calls.CHANGES_WANTED)
        self._anchors = Deck(random, register_calls.ANCHORS_WANTED)

    def go(self, batches: int) -> None:
        """Tries so many batches, and up to twice as many until everything was reached that should be.

        Raises AssertionError where chain and Python differ, or something was not reached.
        """
        self._found()
        self._import()
        while self.match.batches < batches or (
            self.missing - AT_THE_END and self.match.batches < 2 * batches
        ):
            self._pass_time()
            self._block(self._some_of_everything())
        self._fill_with_keys()
        self._seal()
        self.match.finish()
        assert not self.missing, (
            f"the run is too short, or its batches too tame: it never reached {self.missing}"
        )

    @property
    def missing(self) -> set[tuple[str, ...]]:
        """What should be reached and was not yet."""
        return coverage.wanted() - set(self.match.reached)

    def _block(self, draws: Iterable[Draw]) -> None:
        """A block of what is drawn, each onto the state that those before it leave."""
        state = attempts.copy(self.world.state)
        state.accepted = {}
        judged = []
        for draw in draws:
            judgement = attempts.judge(state, draw(state), self.world.time)
            judged.append(judgement)
            if judgement.refusal is None:
                state = judgement.after
        self.match.play(judged, state)

    def _some_of_everything(self) -> Iterable[Draw]:
        world, random = self.world, self.world.random
        for _ in range(random.choice((0, 0, 8, 12))):  # each empties what the reducer remembers
            yield lambda state: register_calls.change(world, state, self._changes)
        for _ in range(random.randrange(2, 6)):
            yield lambda state: register_calls.anchor(world, state, self._anchors)
        certifications = random.randint(BATCHES_PER_BLOCK // 3, BATCHES_PER_BLOCK * 2 // 3)
        for _ in range(certifications):
            yield lambda state: certification_batches.draw(world, state, self._certifications)
        for _ in range(BATCHES_PER_BLOCK - certifications):
            yield lambda state: consent_batches.draw(world, state, self._consents)

    def _pass_time(self) -> None:
        """To a later moment, and as often as not to one at which a key begins or ends."""
        world, random = self.world, self.world.random
        limits = [field(word) for word in world.state.signers.values() for field in _KEY_LIMITS]
        near = [limit for limit in limits if world.time < limit <= world.time + 60 * DAY]
        if near and random.random() < 0.5:
            world.time = max(world.time, min(near) - random.choice((0, 0, 1)))
        else:
            world.time += random.choice((0, 1, 60, 3600, DAY, 4 * DAY))

    def _found(self) -> None:
        self.match.catch_up()
        self._pass_time()
        for events in founding.blocks(self.world):
            self._block(_given(register_calls.plain(self.world, event)) for event in events)

    def _import(self) -> None:
        """Both contracts refuse all until the last word is in, and then take no more."""
        world = self.world
        self._block([self._a_batch, self._a_consent, *map(self._sealing, _IMPORTS), self._a_batch])
        self._block([self._importing(contract, 0) for contract in _IMPORTS])
        again = [self._importing(contract, part) for contract in _IMPORTS for part in (0, 2, 3)]
        self._block([*again, self._a_batch, self._a_consent])
        self._block([self._importing(contract, 1) for contract in _IMPORTS])
        self._block([self._importing(contract, 1) for contract in _IMPORTS])
        assert all(world.state.journals[contract].awaited == 0 for contract in _IMPORTS)

    def _fill_with_keys(self) -> None:
        """An organisation has so many keys in its life and no more."""
        for count in (MOST_KEYS, 1):
            added = [founding.key_added(self.world, POLICE) for _ in range(count)]
            self._block(_given(register_calls.plain(self.world, event)) for event in added)

    def _seal(self) -> None:
        self._pass_time()
        self._block([*map(self._sealing, _IMPORTS), self._a_batch, self._a_consent])
        self._block(
            [
                *map(self._sealing, _IMPORTS),
                *(self._importing(c, 0) for c in _IMPORTS),
                self._a_batch,
                self._a_consent,
            ]
        )

    def _a_batch(self, state: LedgerState) -> Attempt:
        return certification_batches.draw(self.world, state, self._certifications)

    def _a_consent(self, state: LedgerState) -> Attempt:
        return consent_batches.draw(self.world, state, self._consents)

    def _sealing(self, contract: Contract) -> Draw:
        def draw(state: LedgerState) -> Attempt:
            successor = self.world.relayer
            head = state.journals[contract].head
            event = Sealed(attempts.position(self.world.time), contract, 0, successor, head)
            call = attempts.call(contract, "seal", successor)
            return Attempt(event, call, sender=self.world.governor)

        return draw

    def _importing(self, contract: Contract, half: int) -> Draw:
        def draw(state: LedgerState) -> Attempt:
            keys, words, proof, flags = _IMPORTS[contract].part(half)
            place = attempts.position(self.world.time)
            event = WordsImported(place, contract, 0, tuple(keys), tuple(words))
            return Attempt(event, attempts.call(contract, "importWords", keys, words, proof, flags))

        return draw


def _given(attempt: Attempt) -> Draw:
    return lambda _state: attempt
