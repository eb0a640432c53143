"""
From a template to a page.

Owns the environment of the templates: everything is escaped, and a name that is not there is a
mistake and no blank.  The templates are read once.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from ocppgw import __version__
from ocppgw.web import texts
from ocppgw.web.security.rights import Right
from ocppgw.web.security.tokens import FIELD
from ocppgw.web.security.visitors import visitorOf

TEMPLATES = Path(__file__).parent.parent / "templates"

HTML = "text/html; charset=utf-8"

TOKEN = Markup('<input type="hidden" name="{}" value="{}">')

MENU = (
    ("/", "Overview", Right.look),
    ("/chargepoints", "Charge points", Right.look),
    ("/transactions", "Transactions", Right.look),
    ("/idtags", "Id tags", Right.seePersons),
    ("/opcua", "OPC UA", Right.look),
    ("/audit", "Audit", Right.look),
    ("/server", "Server", Right.look),
)


def environment() -> Environment:
    """What templates are made with."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=texts.finalized,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters |= {
        "time": texts.time,
        "day": texts.day,
        "utc": texts.utc,
        "watts": texts.watts,
        "wattHours": texts.wattHours,
        "meaning": texts.meaning,
        "segment": texts.segment,
        "query": lambda values: urlencode({k: v for k, v in values.items() if v}),
    }
    made.globals |= {"amount": texts.amount, "number": texts.number, "version": __version__}
    return made


class Renderer:
    """Makes pages. ``name`` is the gateway's."""

    def __init__(self, name: str) -> None:
        self._environment = environment()
        self._name = name

    def page(self, request: Any, template: str, **values: Any) -> bytes:
        """The page, for whoever sent the request."""
        visitor = visitorOf(request)
        request.setHeader("Content-Type", HTML)
        made = self._environment.get_template(template).render(
            gatewayName=self._name,
            visitor=visitor,
            role=visitor.role,
            menu=[(path, text) for path, text, right in MENU if right.of(visitor.role)],
            uri=request.uri.decode("latin-1"),
            here="/" + request.path.decode("latin-1").split("/")[1],
            csrf=lambda: TOKEN.format(FIELD, visitor.token),
            **{"notice": None, "works": (), **values},
        )
        return made.encode("utf-8", "backslashreplace")
