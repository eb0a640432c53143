"""
All routes of the console in one application, behind the gate.
"""

from __future__ import annotations

from typing import Any

from klein import Klein
from twisted.python.failure import Failure
from twisted.web.resource import IResource
from werkzeug.exceptions import HTTPException

from ocppgw.web.api.declaring import BASE, ApiError, Problem
from ocppgw.web.api.performing import refused
from ocppgw.web.api.routes import addApi
from ocppgw.web.health import addHealth
from ocppgw.web.live.events import addEvents
from ocppgw.web.live.memory import Memory
from ocppgw.web.live.streams import Streams
from ocppgw.web.means import Means
from ocppgw.web.pages.assets import addAssets
from ocppgw.web.pages.chargepoint import addChargePoint
from ocppgw.web.pages.chargepoints import addChargePoints
from ocppgw.web.pages.configuration import addConfiguration
from ocppgw.web.pages.entrance import addEntrance
from ocppgw.web.pages.frames import addFrames
from ocppgw.web.pages.idtags import addIdTags
from ocppgw.web.pages.notices import Notices
from ocppgw.web.pages.opcua import addOpcUa
from ocppgw.web.pages.overview import addOverview
from ocppgw.web.pages.rendering import Renderer
from ocppgw.web.pages.server import addServer
from ocppgw.web.pages.trail import addTrail
from ocppgw.web.pages.transactions import addTransactions
from ocppgw.web.pages.visiting import Visiting
from ocppgw.web.pages.works import addWorks
from ocppgw.web.security.gate import Gate
from ocppgw.web.security.guard import Guard


def application(means: Means, guard: Guard, streams: Streams, memory: Memory) -> IResource:
    """The resource that serves everything."""
    app = Klein()
    visiting = Visiting(app, means, Renderer(means.configuration().gateway.name), Notices())
    addHealth(app, means)
    addApi(app, means)
    addAssets(app)
    addEvents(app, streams)
    addOverview(visiting, memory)
    for add in (addChargePoints, addChargePoint, addConfiguration, addFrames, addTransactions):
        add(visiting)
    addIdTags(visiting)
    addOpcUa(visiting)
    addServer(visiting)
    addTrail(visiting)
    addWorks(visiting)
    addEntrance(visiting, guard)
    _addProblems(app, visiting)
    resource: IResource = Gate(app.resource(), guard)
    return resource


def _addProblems(app: Klein, visiting: Visiting) -> None:
    @app.handle_errors(HTTPException)
    def wrong(request: Any, failure: Failure) -> bytes:
        error: Any = failure.value
        status = error.code if error.code in (404, 405) else 404
        if status == 405:
            request.setHeader("Allow", ", ".join(sorted(error.valid_methods or ())))
        if request.path.startswith(BASE.encode()):
            what = "no such operation" if status == 404 else "this cannot be done here"
            return refused(Failure(ApiError(status, Problem("unknown", what))), request)
        text = "There is no such page." if status == 404 else "This cannot be done here."
        return visiting.problem(request, status, text)
