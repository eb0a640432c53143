"""
The one way in which the Central System writes: facts to the store, then to the registry.

Owns nothing but the list of observers.  Facts flow in; the registry and the store are given.
`Recorder.note` is for what may be lost in a crash, `Recorder.commit` for what was promised.
Reactor thread only.  The Deferred of ``commit`` ends when the store's does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from twisted.internet.defer import Deferred, succeed
from twisted.logger import Logger

from ocppgw.interfaces import IStore, Told
from ocppgw.model.facts import (
    SITE,
    CommandQueued,
    Fact,
    HealthMeasured,
    LiveAged,
    MessageReceived,
    TransactionSuspected,
)
from ocppgw.model.records import ChargePointRecord
from ocppgw.model.registry import Registry

log = Logger()

Observer = Callable[[str, Fact, ChargePointRecord | None], None]
"""Called with node name, fact and the record after it; facts of the site have no record."""

PASSING = frozenset(
    (MessageReceived, HealthMeasured, LiveAged, CommandQueued, TransactionSuspected)
)
"""Facts of the moment: they change the record, the store has no use for them."""


FEW = 4
"""Facts of one commit that are applied at once; only long meter values come in more (C20)."""


class Recorder:
    """
    Writes facts about charge points, and about the site.

    :param registry: the records; its ``apply`` is called by nobody else in the package.
    :param store: what must survive.
    :param pause: fires in a later turn of the reactor.
    """

    def __init__(
        self,
        registry: Registry,
        store: IStore,
        pause: Callable[[], Deferred[None]] = lambda: succeed(None),
    ) -> None:
        self._pause = pause
        self._registry = registry
        self._store = store
        self._observers: list[tuple[Observer, frozenset[type[Fact]]]] = []
        self._interested: dict[type[Fact], tuple[Observer, ...]] = {}
        store.watchKept(self._found)

    def observe(self, observer: Observer, *kinds: type[Fact]) -> None:
        """
        Have ``observer`` called after each fact was applied, in the order of the facts.

        :param kinds: of facts that it wants to hear of; of all without any.
        """
        self._observers.append((observer, frozenset(kinds)))
        self._interested.clear()

    def note(self, nodeName: str, *facts: Fact) -> None:
        """Apply facts now, and have them stored within a second."""
        lasting = [fact for fact in facts if type(fact) not in PASSING]
        if lasting:
            self._store.note(nodeName, lasting)
        self.apply(nodeName, facts)

    def commit(self, nodeName: str, *facts: Fact) -> Deferred[None]:
        """
        Store facts durably, then apply them; fires after that.

        Many facts of one commit are applied in turns, so that nobody waits long for them.  Fails
        with `StoreFailed`; the registry is untouched then.  Should the disk have done its work all
        the same, the facts are applied once the store finds that out.
        """
        committing = self._store.commit(nodeName, facts)
        return committing.addCallback(lambda _: self._applyInTurns(nodeName, facts))

    def keep(self, nodeName: str, facts: tuple[Fact, ...], told: Told) -> None:
        """
        The first half of `commit`, for whoever sees to the other one himself.

        That is `apply`, to be called with the same facts as soon as ``told`` is, with ``None``; of
        no more than `FEW`.
        """
        self._store.keep(nodeName, facts, told)

    def _applyInTurns(self, nodeName: str, facts: tuple[Fact, ...]) -> Deferred[None] | None:
        if len(facts) > FEW:
            return Deferred.fromCoroutine(self._applyOneByOne(nodeName, facts))
        self.apply(nodeName, facts)
        return None

    async def _applyOneByOne(self, nodeName: str, facts: tuple[Fact, ...]) -> None:
        for fact in facts:
            self.apply(nodeName, (fact,))
            await self._pause()

    def _found(self, nodeName: str, facts: Sequence[Fact]) -> None:
        log.warn(
            "{node}: {facts} were kept although the disk reported a failure",
            node=nodeName,
            facts=", ".join(type(fact).__name__ for fact in facts),
        )
        self._applyInTurns(nodeName, tuple(facts))

    def apply(self, nodeName: str, facts: tuple[Fact, ...]) -> None:
        """Have the registry and the observers know what is stored, or need not be."""
        for fact in facts:
            record = None if nodeName == SITE else self._registry.apply(nodeName, fact)
            if record is None and nodeName != SITE:
                continue  # It was removed while this was under way.
            kind = type(fact)
            observers = self._interested.get(kind)
            if observers is None:
                observers = self._interestedIn(kind)
            for observer in observers:
                try:
                    observer(nodeName, fact, record)
                except Exception:  # noqa: BLE001 - one observer's mistake must not undo a commit
                    log.failure("An observer of {fact} failed", fact=kind.__name__, node=nodeName)

    def _interestedIn(self, kind: type[Fact]) -> tuple[Observer, ...]:
        found = self._interested[kind] = tuple(
            observer for observer, kinds in self._observers if not kinds or kind in kinds
        )
        return found
