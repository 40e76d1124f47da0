"""Questions that wait for the same slow answer are answered together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from threading import Lock
from typing import Generic, TypeVar

Question = TypeVar("Question")
Answer = TypeVar("Answer")


class Together(Generic[Question, Answer]):
    """Calls `answer` with all questions that came while the call before was under way.

    Whoever finds no call under way makes the next one, for all who wait. If it raises, each of them gets the
    error.
    """

    def __init__(self, answer: Callable[[Sequence[Question]], Sequence[Answer]]) -> None:
        self._answer = answer
        self._waiting: list[tuple[Question, Future[Answer]]] = []
        self._lock = Lock()
        self._turn = Lock()

    def ask(self, question: Question) -> Answer:
        """The answer to one question. Threads call it at once."""
        return self.ask_all([question])[0]

    def ask_all(self, questions: Sequence[Question]) -> list[Answer]:
        """The answers to several questions, in order, from one call."""
        futures: list[Future[Answer]] = [Future() for _ in questions]
        with self._lock:
            self._waiting.extend(zip(questions, futures, strict=True))
        with self._turn:
            if not all(future.done() for future in futures):
                self._answer_all()
        return [future.result() for future in futures]

    def _answer_all(self) -> None:
        with self._lock:
            group, self._waiting = self._waiting, []
        try:
            answers = self._answer([question for question, _ in group])
            for (_, future), answer in zip(group, answers, strict=True):
                future.set_result(answer)
        except BaseException as error:  # noqa: BLE001 - raised again by each who waits, who would wait for ever
            for _, future in group:
                if not future.done():
                    future.set_exception(error)
