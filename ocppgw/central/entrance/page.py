"""
The page that a browser gets on the port of the charge points.

Pure text.  It says that the port works and what to type into a charge point (C10).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from html import escape
from urllib.parse import quote

_BODY = """<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>OCPP-J Websocket OK</title></head>
<body>
<h1>OCPP-J Websocket OK</h1>
<p>Charge points connect here with OCPP 1.6 (JSON). Type this URL into the charge point:</p>
<p><code>{url}/IDENTITY</code></p>
<p>IDENTITY stands for the charge point's own name. Many charge points append it by themselves:
then type <code>{url}/</code>.</p>
{refused}</body>
</html>
"""

_HEAD = (
    "HTTP/1.1 200 OK\r\n"
    "Content-Type: text/html; charset=utf-8\r\n"
    "Content-Length: {length}\r\n"
    "Cache-Control: no-store\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "Content-Security-Policy: default-src 'none'\r\n"
    "Connection: close\r\n"
    "\r\n"
)


_REFUSED = """<h2>Turned away last</h2>
<ul>
{lines}</ul>
"""


def response(host: str, secure: bool, withBody: bool = True, refused: Sequence[str] = ()) -> bytes:
    """
    The whole HTTP response.

    :param host: the Host header of the request, which nobody can vouch for.
    :param withBody: false for HEAD.
    :param refused: who was turned away of late and why, the last one first; see `mayKnow`.
    """
    scheme = "wss" if secure else "ws"
    safeHost = quote(host[:200], safe="[]:.-_") or "HOST:PORT"
    url = escape(f"{scheme}://{safeHost}")
    body = _BODY.format(url=url, refused=_refused(refused)).encode()
    return _HEAD.format(length=len(body)).encode() + (body if withBody else b"")


def _refused(lines: Sequence[str]) -> str:
    if not lines:
        return ""
    return _REFUSED.format(lines="".join(f"<li>{escape(line)}</li>\n" for line in lines))


def mayKnow(host: str) -> bool:
    """Whether somebody at this address may see who was turned away: only where it is near."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    near = mapped or address
    return near.is_loopback or near.is_link_local or any(near in one for one in _PRIVATE)


_PRIVATE = tuple(
    ipaddress.ip_network(text)
    for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")
)
"""RFC 1918 and RFC 4193; what `ipaddress` calls private is more, documentation among it."""
