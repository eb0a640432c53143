"""
Operations on what takes long: how far it is, and cancelling it.
"""

from __future__ import annotations

from ocppgw.web.api import answers as a
from ocppgw.web.api.declaring import ApiError, Asked, Operations, Problem
from ocppgw.web.api.finding import isNumber
from ocppgw.web.live.works import Work
from ocppgw.web.security.rights import Right

operation = Operations()


@operation("GET", "/works", Right.look, answer=a.WorkList)
def listWorks(asked: Asked) -> a.WorkList:
    """Imports, exports and other long works of the user who asks, and how far they are."""
    return a.WorkList([tell(one) for one in asked.means.works.of(asked.visitor.user)])


@operation("DELETE", "/works/{number}", Right.look, answer=a.WorkList, problems=(404,))
def stopWork(asked: Asked) -> a.WorkList:
    """Cancel a work that can be cancelled, or put away one that ended."""
    number = asked.path["number"]
    works, user = asked.means.works, asked.visitor.user
    if not isNumber(number) or not works.stop(user, int(number)):
        raise ApiError(404, Problem("unknownTarget", "nothing that can be stopped", "number"))
    return listWorks(asked)


def tell(work: Work) -> a.WorkAnswer:
    """How far one is."""
    return a.WorkAnswer(
        work.number,
        work.title,
        work.unit,
        work.done,
        work.total,
        work.isRunning,
        work.isRunning and work.isCancellable,
        work.isGood,
        work.text or None,
    )
