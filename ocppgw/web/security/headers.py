"""
What every response tells the browser about what it may do with it.

Only data, and how it is put on a request.
"""

from __future__ import annotations

from typing import Any

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
"""No script, no style and no form but ours, nothing from another host, nothing within a page."""

HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}

TLS_ONLY = "max-age=31536000"


def protect(request: Any, isSecure: bool) -> None:
    """Put them on a response. ``isSecure``: the browser speaks TLS."""
    for name, value in HEADERS.items():
        request.setHeader(name, value)
    request.responseHeaders.removeHeader("Server")
    if isSecure:
        request.setHeader("Strict-Transport-Security", TLS_ONLY)
