"""Tests of GetEndpoints, FindServers and the URLs that clients are told."""

from __future__ import annotations

from typing import Any

from opcua import ua
from twisted.trial.unittest import TestCase

from ocppgw.uaserver.settings import ServerSettings
from tests.conformance import shows
from tests.uaserver.wire import World


class DiscoveryTests(TestCase):
    def setUp(self) -> None:
        self.world = World(ServerSettings(hostName="gateway.example", applicationUri="urn:gw"))
        self.client = self.world.dial()
        self.client.hello(url="opc.tcp://10.0.0.7:4841/ocppgw/")
        self.client.open()

    def endpoints(self, url: str | None = None, profiles: list[str] | None = None) -> list[Any]:
        request = ua.GetEndpointsRequest()
        request.Parameters.EndpointUrl = url
        request.Parameters.ProfileUris = profiles or []
        found: list[Any] = self.client.ask(request).Endpoints
        return found

    @shows("GetEndpoints")
    def test_hostThatTheClientUsed(self) -> None:
        """The endpoint has the host and port that the client dialled, through whatever network."""
        for url in ("opc.tcp://nat.example:14840/x", "opc.tcp://[2001:db8::1]:4840/ocppgw/"):
            host = url.split("/")[2]
            self.assertEqual(self.endpoints(url)[0].EndpointUrl, f"opc.tcp://{host}/ocppgw/")

    def test_hostOfHello(self) -> None:
        """Without a URL in the request, the one of Hello counts."""
        self.assertEqual(self.endpoints()[0].EndpointUrl, "opc.tcp://10.0.0.7:4841/ocppgw/")

    def test_nonsense(self) -> None:
        """A URL that makes no sense, or names no host, is not repeated."""
        for url in ("opc.tcp://0.0.0.0:4840/", "http://evil/", "opc.tcp://a b/", "opc.tcp://[::]/",
                    "opc.tcp://" + "x" * 300):  # fmt: skip
            self.assertEqual(self.endpoints(url)[0].EndpointUrl,
                             "opc.tcp://gateway.example:4840/ocppgw/")  # fmt: skip

    def test_profiles(self) -> None:
        """A client that wants another transport gets no endpoint."""
        self.assertEqual(self.endpoints(profiles=["http://example.org/https"]), [])
        profile = "http://opcfoundation.org/UA-Profile/Transport/uatcp-uasc-uabinary"
        self.assertEqual(len(self.endpoints(profiles=[profile])), 7)

    def test_application(self) -> None:
        """The server is a server, under its own name, and security is told as it is."""
        endpoint = self.endpoints()[0]
        self.assertEqual(endpoint.Server.ApplicationUri, "urn:gw")
        self.assertEqual(endpoint.Server.ApplicationType, ua.ApplicationType.Server)
        self.assertEqual(endpoint.SecurityMode, ua.MessageSecurityMode.None_)
        self.assertEqual(endpoint.Server.DiscoveryUrls, [endpoint.EndpointUrl])

    @shows("FindServers")
    def test_findServers(self) -> None:
        """FindServers tells of this server, unless another one is asked for."""
        request = ua.FindServersRequest()
        request.Parameters.EndpointUrl = "opc.tcp://nat.example:14840/"
        server = self.client.ask(request).Servers[0]
        self.assertEqual(server.DiscoveryUrls, ["opc.tcp://nat.example:14840/ocppgw/"])
        request.Parameters.ServerUris = ["urn:another"]
        self.assertEqual(self.client.ask(request).Servers, [])

    @shows("Discovery Get Endpoints", "Discovery Find Servers Self")
    def test_sameInCreateSession(self) -> None:
        """CreateSession tells the same endpoints as GetEndpoints, which strict clients compare."""
        told = self.client.createSession().ServerEndpoints
        asked = self.endpoints("opc.tcp://gateway:4840/ocppgw/")
        self.assertEqual([each.EndpointUrl for each in told], [each.EndpointUrl for each in asked])
