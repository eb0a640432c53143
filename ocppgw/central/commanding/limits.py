"""
Whether a request keeps the limits that OCPP sets, and which argument does not.

Pure.  The limits themselves are declared with the messages of ``ocppgw.v16``; here they are only
asked, and a violation is named after the argument that the user gave.
"""

from __future__ import annotations

import re

import attrs

from ocppgw.model.commands import Action
from ocppgw.model.outcomes import Refusal, Refused
from ocppgw.v16.decoding import check
from ocppgw.v16.findings import Invalid
from ocppgw.v16.messages import Message

_FIELD = re.compile(r"\w*")


def fault(action: Action, request: Message) -> Refused | None:
    """The refusal of a request that the specification does not allow; else ``None``."""
    try:
        check(request)
    except Invalid as error:
        return invalid(_argument(action, error.path), error.description)
    return None


def invalid(argument: str, why: str) -> Refused:
    """The refusal of an argument."""
    return Refused(Refusal.invalidArgument, f"{argument}: {why}", argument)


def _argument(action: Action, path: str) -> str:
    found = _FIELD.match(path)
    field = found.group() if found else ""
    # OCPP calls a list of keys ``key``.
    names = [one.name for one in attrs.fields(type(action))]
    return next((name for name in (field, f"{field}s") if name in names), field)
