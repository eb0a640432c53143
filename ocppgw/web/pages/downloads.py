"""
Files that a browser keeps instead of showing them.
"""

from __future__ import annotations

from typing import Any


def send(request: Any, name: str, kind: str, content: str, isForSheets: bool = True) -> None:
    """Begin a download; more may be written after it."""
    request.setHeader("Content-Type", f"{kind}; charset=utf-8")
    request.setHeader("Content-Disposition", f'attachment; filename="{name}"')
    # With a byte order mark, or spreadsheets take it for another encoding.
    request.write((b"\xef\xbb\xbf" if isForSheets else b"") + content.encode())
