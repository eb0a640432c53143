"""
``[web]``: where the console listens, and what makes that safe.

Declarations only, and which of them belong together.
"""

from __future__ import annotations

from pathlib import Path

import attrs

from ocppgw.access.peers import meansThisMachine
from ocppgw.config.addresses import Endpoint, HostName, interfaceAndPort
from ocppgw.config.declaring import key
from ocppgw.config.kinds import FilePath, ListOf, Switch

DEFAULT_ENDPOINT = "tcp:8080:interface=127.0.0.1"

_OPEN = (
    "is open to other machines; accepted is that only with certificates (TLS), or with "
    "behindProxy = true where a proxy speaks TLS"
)


@attrs.frozen
class EndpointOrNone(Endpoint):
    """Where to listen, or the word that says: nowhere."""

    @property
    def accepted(self) -> str:
        return f"none, or {super().accepted}"

    def read(self, value: object) -> str:
        return "none" if value == "none" else super().read(value)


@attrs.frozen
class ConsoleEndpoint(EndpointOrNone):
    """The same, and an empty text for the built-in one."""

    def read(self, value: object) -> str:
        return "" if value == "" else super().read(value)


@attrs.frozen
class WebSection:
    """The web console."""

    endpoint: str = key(
        ConsoleEndpoint(),
        "",
        f"Where browsers connect, or none. Left out, it is {DEFAULT_ENDPOINT}, and a gateway that "
        "finds this port taken starts without a console.",
    )
    certificates: tuple[Path, ...] = key(
        ListOf(FilePath()),
        (),
        "A PEM file with the certificate of the console and its chain; with one, the console "
        "speaks TLS. What is in the file is read again at a reload.",
    )
    keys: tuple[Path, ...] = key(
        ListOf(FilePath()),
        (),
        "A PEM file with its private key. Left out, the key stands in the same file.",
    )
    behindProxy: bool = key(
        Switch(),
        False,
        "true where a proxy of yours speaks TLS with the browsers and hands on plain HTTP: then "
        "what it says in X-Forwarded-For is believed, and cookies are for TLS only.",
    )
    hostNames: tuple[str, ...] = key(
        ListOf(HostName()),
        (),
        "More names by which browsers reach the console. Requests for any other name are refused, "
        "so that no web site elsewhere can use its visitors' browsers against the gateway.",
    )

    @property
    def listen(self) -> str:
        """The endpoint, or ``none``."""
        return self.endpoint or DEFAULT_ENDPOINT

    @property
    def isOptional(self) -> bool:
        """Whether the gateway may start without it: nobody asked for it."""
        return not self.endpoint

    @property
    def isOpen(self) -> bool:
        """Whether other machines can connect."""
        interface, _ = interfaceAndPort(self.listen)
        return not meansThisMachine(interface)

    @property
    def isSecure(self) -> bool:
        """Whether browsers speak TLS with it, or with a proxy before it."""
        return bool(self.certificates) or self.behindProxy

    def contradiction(self) -> tuple[str, str] | None:
        """Which key does not fit the others, and what is accepted."""
        if len(self.certificates) > 1:
            return "certificates", "accepted is one file, or none"
        if self.keys and len(self.keys) != len(self.certificates):
            return "keys", "accepted are as many files as in certificates, or none"
        if self.listen != "none" and self.isOpen and not self.isSecure:
            return "endpoint", _OPEN
        return None
