"""
What the Central System answers: a small module per theme, and the index of them all.

A responder is a function of a request and a situation that returns an `Answer`, or a coroutine
that does.  It declares the action it answers with ``@responds``; every module of this package is
read for them, so a new action needs its declaration in `ocppgw.v16` and its responder here.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType

from ocppgw.central.answering.responders.answer import Responder, declared


def _index() -> Mapping[str, Responder]:
    for module in pkgutil.iter_modules(__path__, f"{__name__}."):
        import_module(module.name)
    return MappingProxyType(dict(declared))


RESPONDERS = _index()
"""Responders by the name of their action."""
