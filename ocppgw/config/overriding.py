"""
The command line beats the file: a pure function from one configuration to the next.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, TypeVar

import attrs

from ocppgw.config.addresses import Endpoint, OpcUaUrl
from ocppgw.config.configuration import Configuration
from ocppgw.config.errors import ConfigurationError, Unacceptable
from ocppgw.config.kinds import FilePath, Kind, ListOf
from ocppgw.config.web import EndpointOrNone, WebSection

T = TypeVar("T")

COMMAND_LINE = "command line"


@attrs.frozen
class Overrides:
    """
    What the command line said, unchecked; ``None`` and ``()`` for what it did not say.

    :ivar state: ``--state``, relative to the working directory.
    :ivar ocpp: every ``--ocpp``.
    :ivar opcua: ``--opcua``.
    :ivar web: ``--web``, an endpoint or ``none``.
    """

    state: str | None = None
    ocpp: tuple[str, ...] = ()
    opcua: str | None = None
    web: str | None = None


def merge(configuration: Configuration, overrides: Overrides) -> Configuration:
    """
    The configuration with the overrides in place.

    Raises `ConfigurationError` with ``command line`` for the file and the option for the key.
    """
    state = _read("--state", FilePath(), overrides.state, configuration.gateway.state)
    listen = _read("--ocpp", ListOf(Endpoint()), overrides.ocpp or None, configuration.ocpp.listen)
    url = _read("--opcua", OpcUaUrl(), overrides.opcua, configuration.opcua.url)
    return attrs.evolve(
        configuration,
        origins=attrs.evolve(configuration.origins, options=_options(overrides)),
        gateway=attrs.evolve(configuration.gateway, state=state),
        ocpp=attrs.evolve(configuration.ocpp, listen=listen),
        opcua=attrs.evolve(configuration.opcua, url=url),
        web=_web(configuration.web, overrides.web),
    )


def _options(overrides: Overrides) -> Mapping[str, str]:
    """Which options were given, by the key that each beats."""
    said = {
        "gateway.state": ("--state", overrides.state),
        "ocpp.listen": ("--ocpp", overrides.ocpp),
        "opcua.url": ("--opcua", overrides.opcua),
        "web.endpoint": ("--web", overrides.web),
    }
    given = {path: option for path, (option, value) in said.items() if value not in (None, ())}
    return MappingProxyType(given)


def _web(section: WebSection, value: str | None) -> WebSection:
    endpoint = _read("--web", EndpointOrNone(), value, section.endpoint)
    made = attrs.evolve(section, endpoint=endpoint)
    fault = made.contradiction()
    if fault is not None:
        raise ConfigurationError(COMMAND_LINE, "--web", fault[1])
    return made


def _read(option: str, kind: Kind[T], value: Any, otherwise: T) -> T:
    if value is None:
        return otherwise
    try:
        return kind.read(value)
    except Unacceptable as error:
        accepted = error.accepted or kind.accepted
        message = f"{error.shown or 'this value'} is not accepted; accepted is {accepted}"
        raise ConfigurationError(COMMAND_LINE, option + error.where, message) from None
