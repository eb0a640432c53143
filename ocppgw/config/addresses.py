"""
Where to listen: Twisted endpoint strings and OPC UA endpoint URLs.

They are checked by their grammar alone; nothing is opened and no name looked up.
"""

from __future__ import annotations

import ipaddress
import re

import attrs

from ocppgw.config.errors import Unacceptable
from ocppgw.config.kinds import Kind
from ocppgw.config.showing import shown

_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")
_URL = re.compile(r"opc\.tcp://(\[[0-9A-Fa-f:.]+\]|[^\[\]:/?#@\s]+):([0-9]{1,5})(/[!-~]*)?")
_PARTS = re.compile(r"((?:[^:\\]|\\.)*)(?::|$)", re.DOTALL)


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
    """
    The positional and the named parts of an endpoint string, unescaped.

    A name given twice counts once, as with Twisted; a lone backslash at the end stays.
    """
    positional: list[str] = []
    named: dict[str, str] = {}
    for part in _split(text):
        name, equals, rest = part.partition("=")
        if equals:
            named[_unescaped(name)] = _unescaped(rest)
        else:
            positional.append(_unescaped(part))
    return positional, named


def _split(text: str) -> list[str]:
    parts, position = [], 0
    while position <= len(text) and (found := _PARTS.match(text, position)):
        parts.append(found[1])
        if found.end() == len(text) and not found[0].endswith(":"):
            break
        position = found.end() if found.end() > position else position + 1
    return parts


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text, flags=re.DOTALL)


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
    if found[1].startswith("[") and not _isInterface(host, True):
        return None
    if not found[1].startswith("[") and not _HOST.fullmatch(host):
        return None
    return host, int(found[2]), found[3] or "/"
