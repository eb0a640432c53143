"""
The style sheet, the scripts and the icon.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from klein import Klein

FOLDER = Path(__file__).parent.parent / "assets"

KINDS = {
    "style.css": "text/css; charset=utf-8",
    "live.js": "text/javascript; charset=utf-8",
    "times.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}


def addAssets(app: Klein) -> None:
    """Put the files into an application; they are read once, and nobody needs to log in."""
    contents = {name: (FOLDER / name).read_bytes() for name in KINDS}

    @app.route("/assets/<string:name>", methods=["GET"])
    def asset(request: Any, name: str) -> bytes:
        if name not in contents:
            request.setResponseCode(404)
            return b""
        request.setHeader("Content-Type", KINDS[name])
        request.setHeader("Cache-Control", "max-age=300")
        return contents[name]
