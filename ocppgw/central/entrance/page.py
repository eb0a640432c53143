"""
The page that a browser gets on the port of the charge points.

Pure text.  It says that the port works and what to type into a charge point (C10).
"""

from __future__ import annotations

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
</body>
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


def response(host: str, secure: bool, withBody: bool = True) -> bytes:
    """
    The whole HTTP response.

    :param host: the Host header of the request, which nobody can vouch for.
    :param withBody: false for HEAD.
    """
    scheme = "wss" if secure else "ws"
    safeHost = quote(host[:200], safe="[]:.-_") or "HOST:PORT"
    body = _BODY.format(url=escape(f"{scheme}://{safeHost}")).encode()
    return _HEAD.format(length=len(body)).encode() + (body if withBody else b"")
