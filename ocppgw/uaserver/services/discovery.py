"""
Discovery Service Set (OPC 10000-4, 5.4): GetEndpoints and FindServers.

Clients are told the host that they used themselves: behind address
translation, in containers and on machines with many names it is the only one
that surely works, and strict clients refuse any other.
"""

from __future__ import annotations

import re
from typing import Any

from opcua import ua

from ocppgw.uaserver.exchange import Exchange
from ocppgw.uaserver.security.security import Offer, Security
from ocppgw.uaserver.sessions.identity import Identities
from ocppgw.uaserver.settings import ServerSettings
from ocppgw.uaserver.transport.channel import Channel

TRANSPORT_PROFILE = "http://opcfoundation.org/UA-Profile/Transport/uatcp-uasc-uabinary"
_SERVER = 0
_URL = re.compile(r"opc\.tcp://([A-Za-z0-9.\-_]{1,253}|\[[0-9A-Fa-f:.%]{2,60}\])(:\d{1,5})?(/|$)")
_NOWHERE = ("0.0.0.0", "[::]")


class Discovery:
    """
    Says where and how the server is reached.

    :ivar port: the port that is really bound.
    """

    def __init__(
        self, settings: ServerSettings, identities: Identities, security: Security
    ) -> None:
        self.port = settings.port
        self._settings = settings
        self._identities = identities
        self._security = security

    @property
    def url(self) -> str:
        """The endpoint URL for somebody who named no host."""
        name = self._settings.hostName
        host = f"[{name}]" if ":" in name else name
        return f"opc.tcp://{host}:{self.port}{self._settings.path}"

    def getEndpoints(self, exchange: Exchange, request: Any) -> Any:
        """GetEndpoints."""
        profiles = request.Parameters.ProfileUris
        response = ua.GetEndpointsResponse()
        if not profiles or TRANSPORT_PROFILE in profiles:
            response.Endpoints = self.endpoints(request.Parameters.EndpointUrl, exchange.channel)
        return response

    def findServers(self, exchange: Exchange, request: Any) -> Any:
        """FindServers: this one."""
        wanted = request.Parameters.ServerUris
        response = ua.FindServersResponse()
        if not wanted or self._settings.applicationUri in wanted:
            url = request.Parameters.EndpointUrl or exchange.channel.agreement.url
            response.Servers = [self.application(self.urlFor(url))]
        return response

    def endpoints(self, dialled: str | None, channel: Channel) -> list[Any]:
        """The endpoints for a client that dialled this URL."""
        url = self.urlFor(dialled or channel.agreement.url)
        offers = self._security.offers(channel.peer)
        return [self._endpoint(url, offer, channel) for offer in offers]

    def _endpoint(self, url: str, offer: Offer, channel: Channel) -> Any:
        endpoint = ua.EndpointDescription()
        endpoint.EndpointUrl = url
        endpoint.Server = self.application(url)
        # Also without security: passwords are encrypted for it.
        endpoint.ServerCertificate = channel.ownChain
        endpoint.SecurityMode = ua.MessageSecurityMode(offer.mode)
        endpoint.SecurityPolicyUri = offer.uri
        endpoint.UserIdentityTokens = self._identities.policies(channel.peer, offer.suite)
        endpoint.TransportProfileUri = TRANSPORT_PROFILE
        endpoint.SecurityLevel = offer.level
        return endpoint

    def application(self, url: str) -> Any:
        """Who we are."""
        description = ua.ApplicationDescription()
        description.ApplicationUri = self._settings.applicationUri
        description.ProductUri = self._settings.productUri
        description.ApplicationName = ua.LocalizedText(self._settings.applicationName)
        description.ApplicationType = ua.ApplicationType(_SERVER)
        description.DiscoveryUrls = [url]
        return description

    def urlFor(self, dialled: str | None) -> str:
        """Our endpoint URL with the host and port of the one that a client used."""
        match = _URL.match(dialled or "")
        if match is None or match[1] in _NOWHERE:
            return self.url
        port = match[2] or f":{self.port}"
        return f"opc.tcp://{match[1]}{port}{self._settings.path}"
