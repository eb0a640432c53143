"""
What we lean on inside the legacy package.  When one of these fails, another
version of ``opcua`` is installed than the one that `ocppgw.uaserver` was made
for: read the named part of it again before changing anything here.
"""

from __future__ import annotations

import inspect
import logging
from importlib.metadata import version
from typing import Any

from opcua import ua
from opcua.common.connection import MessageChunk, SecureConnection
from opcua.server.address_space import AddressSpace, NodeManagementService
from opcua.server.standard_address_space.standard_address_space import fill_address_space
from twisted.trial.unittest import TestCase

from ocppgw.uaserver import library
from ocppgw.uaserver.values import putValue


class LibraryTests(TestCase):
    def test_version(self) -> None:
        """The version is the one whose inside was read."""
        self.assertEqual(version("opcua"), "0.98.13")

    def test_structuresDeclareTheirFields(self) -> None:
        """Structures list name and type of their fields, in the order of the wire."""
        fields = library.declaredFields(ua.ReadValueId)
        self.assertEqual(
            [(each.name, each.typeName, each.bit) for each in fields],
            [
                ("NodeId", "NodeId", None),
                ("AttributeId", "UInt32", None),
                ("IndexRange", "String", None),
                ("DataEncoding", "QualifiedName", None),
            ],
        )

    def test_optionalFieldsHaveABit(self) -> None:
        """Fields that may be left out name their bit of the mask."""
        bits = {each.name: each.bit for each in library.declaredFields(ua.DiagnosticInfo)}
        self.assertEqual(bits["InnerStatusCode"], 5)
        self.assertIsNone(bits["Encoding"])

    def test_everyFieldHasAKnownType(self) -> None:
        """Each type that a structure names is built in, an enumeration or a structure."""
        builtIn = {each.name for each in ua.VariantType} | {"CharArray", "Char"}
        for name in dir(ua):
            cls = library.structure(name)
            for each in library.declaredFields(cls) if cls is not None else ():
                typeName = each.typeName.removeprefix("ListOf")
                known = typeName in builtIn or library.enumeration(typeName)
                self.assertTrue(known or library.structure(typeName), f"{name}.{each.name}")

    def test_secureConnectionKeepsWhatWeSet(self) -> None:
        """The fields of SecureConnection that our subclass sets are the ones that it reads."""
        fresh = vars(SecureConnection(ua.SecurityPolicy()))
        for name in (
            "_open",
            "_max_chunk_size",
            "_sequence_number",
            "_peer_sequence_number",
            "_allow_prev_token",
            "security_token",
            "next_security_token",
            "local_nonce",
            "remote_nonce",
            "security_policy",
        ):
            self.assertIn(name, fresh)
        self.assertEqual(list(inspect.signature(MessageChunk.max_body_size).parameters),
                         ["crypto", "max_chunk_size"])  # fmt: skip

    def test_seamsOfTheSecureConnection(self) -> None:
        """Policy and order of what opens a channel are judged by methods that we replace."""
        source = inspect.getsource(SecureConnection)
        for call in (
            "self.select_policy(security_header.SecurityPolicyURI",
            "self._check_incoming_chunk(msg)",
            "self._peer_sequence_number = num",
        ):
            self.assertIn(call, source)

    def test_seamsOfThePolicies(self) -> None:
        """A chunk is decrypted, verified, and only then relieved of its padding."""
        source = inspect.getsource(MessageChunk.from_header_and_body)
        calls = ("crypto.decrypt(", "crypto.verify(", "crypto.remove_padding(")
        places = [source.index(call) for call in calls]
        self.assertEqual(places, sorted(places))
        crypto = library.Cryptography(ua.MessageSecurityMode.SignAndEncrypt)
        for name in ("Signer", "Verifier", "Encryptor", "Decryptor"):
            self.assertIsNone(getattr(crypto, name))

    def test_keysAreDerivedAsSpecified(self) -> None:
        """P_SHA256 gives the published test vector (IETF TLS list, "P_SHA256 test vectors")."""
        secret = bytes.fromhex("9bbe436ba940f017b17652849a71db35")
        seed = b"test label" + bytes.fromhex("a0ba9f936cda311827a6f796ffd5198c")
        [found] = library.deriveKeys(secret, seed, (100,))
        self.assertTrue(found.startswith(bytes.fromhex("e3f229ba727be17b8d122620557cd453")))

    def test_variantsCanBeMadeBare(self) -> None:
        """A null ByteString, legal on the wire, can be held although the constructor refuses."""
        variant = library.bareVariant(None, ua.VariantType.ByteString, None, isArray=False)
        self.assertIsNone(variant.Value)
        self.assertIs(variant.VariantType, ua.VariantType.ByteString)
        self.assertEqual(vars(variant).keys(), vars(ua.Variant()).keys())

    def test_standardNodes(self) -> None:
        """The library declares namespace 0 with attributes and references that we can read."""
        nodes = library.loadStandardNodes()
        server = nodes[2253]
        self.assertEqual(server.attributes[3].Value.Value.Name, "Server")
        self.assertTrue(any(target.Identifier == 2256 for _, target, _ in server.references))
        self.assertGreater(len(nodes), 3000)

    def test_standardNodesAreTheLibrarys(self) -> None:
        """They are those that the library's own address space would hold, in the same order."""
        space = AddressSpace()
        fill_address_space(NodeManagementService(space))
        nodes = library.loadStandardNodes()
        nodeIds = list(space.keys())
        self.assertEqual([each.Identifier for each in nodeIds], list(nodes))
        for nodeId in nodeIds:
            data, node = space[nodeId], nodes[nodeId.Identifier]
            self.assertEqual(set(map(int, data.attributes)), set(node.attributes))
            for number, attribute in data.attributes.items():
                self.assertEqual(_encoded(attribute.value), _encoded(node.attributes[int(number)]))
            declared = [(r.ReferenceTypeId, r.NodeId, r.IsForward) for r in data.references]
            self.assertEqual(declared, list(dict.fromkeys(node.references)))

    def test_loggersAreSilent(self) -> None:
        """What a client provokes in the library is not logged."""
        library.silence()
        for name in ("opcua.uaprotocol", "opcua.ua.uatypes", "opcua.server.address_space"):
            self.assertFalse(logging.getLogger(name).isEnabledFor(logging.ERROR))
        self.assertFalse(logging.getLogger("__name__").isEnabledFor(logging.ERROR))

    def test_statusCodesAreShared(self) -> None:
        """Asking for the same StatusCode gives the same object."""
        self.assertIs(library.status(0x80340000), library.status(0x80340000))
        self.assertEqual(library.status(0x80340000).name, "BadNodeIdUnknown")


def _encoded(value: Any) -> bytes:
    out = bytearray()
    putValue(out, value)
    return bytes(out)
