"""
The configuration of one charge point: reading, changing, and what waits for the next boot.

Owns the values.  Knows no message; `commands` puts questions and answers into messages.  Who has
to act on a change is told by ``changed``.  Source: OCPP 1.6 sections 5.3, 5.8 and 9.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ocppgw.simulator.keys import Key, factoryKeys
from ocppgw.v16.configurationkeys import readList
from ocppgw.v16.numerals import readBoolean, readNumber

ACCEPTED = "Accepted"
REJECTED = "Rejected"
REBOOT_REQUIRED = "RebootRequired"
NOT_SUPPORTED = "NotSupported"


class Settings:
    """
    The values of all keys.

    :ivar changed: called with the name of a key whose value has become another.
    """

    def __init__(self, connectors: int, values: Mapping[str, str] | None = None) -> None:
        self._keys = factoryKeys(connectors)
        self._values = {name: key.value for name, key in self._keys.items()}
        self._values.update({name.lower(): text for name, text in (values or {}).items()})
        self._afterBoot: dict[str, str] = {}
        self.changed: Callable[[str], object] = lambda name: None

    @property
    def readable(self) -> tuple[Key, ...]:
        """The keys that the Central System may read."""
        return tuple(key for key in self._keys.values() if not key.isHidden)

    def find(self, name: str) -> Key | None:
        """The key of this name, in any case (section 9.1 asks for no more)."""
        return self._keys.get(name.strip().lower())

    def text(self, name: str) -> str:
        """The value that is in force."""
        return self._values[name.lower()]

    def shown(self, name: str) -> str:
        """The value as the Central System reads it: the one that was stored last."""
        return self._afterBoot.get(name.lower(), self.text(name))

    def number(self, name: str) -> int:
        """The value of an integer key."""
        return int(readNumber(self.text(name)) or 0)

    def isOn(self, name: str) -> bool:
        """The value of a boolean key."""
        return bool(readBoolean(self.text(name)))

    def items(self, name: str) -> tuple[str, ...]:
        """The value of a list."""
        return readList(self.text(name))

    def change(self, name: str, text: str) -> str:
        """Take a value from the Central System; returns the status to answer with."""
        key = self.find(name)
        if key is None:
            return NOT_SUPPORTED
        if key.isReadOnly or not key.accepts(text):
            return REJECTED
        if key.needsBoot:
            self._afterBoot[key.name.lower()] = text
            return REBOOT_REQUIRED
        self.put(key.name, text)
        return ACCEPTED

    def put(self, name: str, text: str) -> None:
        """Set a value from inside, as BootNotification does with HeartbeatInterval."""
        before, self._values[name.lower()] = self.text(name), text
        if text != before:
            self.changed(name)

    def boot(self) -> None:
        """What waited for a boot is in force now."""
        waiting, self._afterBoot = self._afterBoot, {}
        for name, text in waiting.items():
            self.put(self._keys[name].name, text)
