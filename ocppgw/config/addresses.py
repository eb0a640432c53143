"""
Where to listen: Twisted endpoint strings and OPC UA endpoint URLs.

They are checked by their grammar alone; nothing is opened and no name looked up.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from types import MappingProxyType

import attrs

from ocppgw.config.errors import Unacceptable
from ocppgw.config.kinds import Kind
from ocppgw.config.showing import shown

#: A host name; one without a letter would be a mistyped IPv4 address.
_HOST = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")
_URL = re.compile(
    r"opc\.tcp://(\[[0-9A-Fa-f:.]+\]|[^\[\]:/?#@\s]+):([0-9]{1,5})(/[\x21\x22\x24-\x3e\x40-\x7e]*)?"
)
_TOKEN = re.compile(r"\\.|.", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)

EVERYWHERE: Mapping[str, str] = MappingProxyType(
    {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}
)
"""Interfaces that stand for all of them, to which nobody can connect, and what this machine itself
connects to instead."""


@attrs.frozen
class Endpoint(Kind[str]):
    """
    A Twisted server endpoint string for a plain listener.

    Kept as text, because it is Twisted that makes an endpoint of it.
    """

    @property
    def accepted(self) -> str:
        return (
            'an endpoint in quotes like "tcp:8887" or "tcp:8887:interface=127.0.0.1" '
            "(tcp6 for IPv6; port 0 takes a free one)"
        )

    def read(self, value: object) -> str:
        if not isinstance(value, str) or not _isEndpoint(value):
            raise Unacceptable(shown(value))
        return value


def endpointParts(text: str) -> tuple[list[str], dict[str, str]]:
    """The positional and the named parts of an endpoint string, unescaped."""
    positional: list[str] = []
    named: dict[str, str] = {}
    for part in _cut(text, ":"):
        name, *rest = _cut(part, "=")
        if rest:
            named[_unescaped(name)] = _unescaped("=".join(rest))
        else:
            positional.append(_unescaped(part))
    return positional, named


def interfaceAndPort(text: str) -> tuple[str, str]:
    """Where an endpoint string listens, in its own words; empty what it does not say."""
    positional, named = endpointParts(text)
    port = positional[1] if len(positional) > 1 else named.get("port", "")
    interface = positional[2] if len(positional) > 2 else named.get("interface", "")
    return interface, port


def bracketed(host: str) -> str:
    """A host as it stands in a URL."""
    return f"[{host}]" if ":" in host and not host.startswith("[") else host


def _cut(text: str, mark: str) -> list[str]:
    """Cut at every ``mark`` that no backslash escapes."""
    parts = [""]
    for token in _TOKEN.findall(text):
        if token == mark:
            parts.append("")
        else:
            parts[-1] += token
    return parts


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(r"\1", text)


def _isEndpoint(text: str) -> bool:
    positional, named = endpointParts(text)
    if not positional or positional[0] not in {"tcp", "tcp6"}:
        return False
    port = positional[1] if len(positional) > 1 else named.pop("port", "")
    interface = positional[2] if len(positional) > 2 else named.pop("interface", "")
    backlog = positional[3] if len(positional) > 3 else named.pop("backlog", "50")
    if named or len(positional) > 4 or not isPort(port) or not (isPort(backlog) and int(backlog)):
        return False
    return not interface or _isInterface(interface, positional[0] == "tcp6")


def _isInterface(text: str, sixOnly: bool) -> bool:
    try:
        return ipaddress.ip_address(text).version == 6 or not sixOnly
    except ValueError:
        return not sixOnly and _HOST.fullmatch(text) is not None


def isPort(text: str) -> bool:
    """Whether ``text`` is a decimal TCP port, 0 included."""
    return text.isascii() and text.isdecimal() and len(text) <= 5 and int(text) <= 65535


@attrs.frozen
class HostName(Kind[str]):
    """The name or the address of a machine, as clients dial it."""

    @property
    def accepted(self) -> str:
        return "a host name or an IP address in quotes, without a port"

    def read(self, value: object) -> str:
        if not isinstance(value, str) or not _isInterface(value, sixOnly=False):
            raise Unacceptable(shown(value))
        return value


Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@attrs.frozen
class NetworkText(Kind[Network]):
    """One address, or all of a network."""

    @property
    def accepted(self) -> str:
        return 'an IP address or a network in quotes like "192.168.10.5" or "192.168.10.0/24"'

    def read(self, value: object) -> Network:
        if not isinstance(value, str):
            raise Unacceptable(shown(value))
        try:
            return ipaddress.ip_network(value)
        except ValueError:
            raise Unacceptable(shown(value)) from None


@attrs.frozen
class OpcUaUrl(Kind[str]):
    """``opc.tcp://HOST:PORT/PATH``, where the OPC UA server listens."""

    @property
    def accepted(self) -> str:
        return (
            'a URL in quotes of the form "opc.tcp://HOST:PORT/PATH", HOST a name, an IPv4 address '
            "or an IPv6 address in brackets (port 0 takes a free one)"
        )

    def read(self, value: object) -> str:
        if not isinstance(value, str) or opcUaAddress(value) is None:
            raise Unacceptable(shown(value))
        return value


def opcUaAddress(url: str) -> tuple[str, int, str] | None:
    """Host (without brackets), port and path of an OPC UA URL; ``None`` where it is none."""
    found = _URL.fullmatch(url)
    if found is None or not isPort(found[2]):
        return None
    host = found[1].strip("[]")
    if not _isInterface(host, sixOnly=found[1].startswith("[")):
        return None
    return host, int(found[2]), found[3] or "/"
