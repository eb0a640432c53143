"""Tests of Browse, BrowseNext, TranslateBrowsePaths and RegisterNodes."""

from __future__ import annotations

from typing import Any

from opcua import ua
from twisted.trial.unittest import TestCase

from tests.conformance import shows
from tests.uaserver.toy import nodeId
from tests.uaserver.wire import FaultReceived, World, browseDescription

TOY = nodeId("Toy")
HIERARCHICAL, AGGREGATES, HAS_COMPONENT, HAS_PROPERTY, ORGANIZES = 33, 44, 47, 46, 35


def names(result: Any) -> list[str]:
    """The BrowseNames of a result."""
    return [each.BrowseName.Name for each in result.References]


class BrowseTests(TestCase):
    def setUp(self) -> None:
        self.world = World()
        self.client = self.world.client()
        self.browse = self.client.browse

    def test_objectsFolder(self) -> None:
        """The Objects folder lists the Server object and ours."""
        found = self.browse(ua.NodeId(85), kind=HIERARCHICAL)
        self.assertEqual(names(found), ["Server", "Toy"])
        ours = found.References[1]
        self.assertEqual(ours.NodeId, TOY)
        self.assertEqual(ours.NodeClass, ua.NodeClass.Object)
        self.assertEqual(ours.DisplayName.Text, "Toy")
        self.assertEqual(ours.ReferenceTypeId, ua.NodeId(ORGANIZES))
        self.assertEqual(ours.TypeDefinition, ua.NodeId(58))
        self.assertTrue(ours.IsForward)

    def test_subtypes(self) -> None:
        """A reference type includes its subtypes when the client says so, and only then."""
        self.assertIn("Number", names(self.browse(TOY, kind=AGGREGATES)))
        self.assertEqual(names(self.browse(TOY, kind=AGGREGATES, subtypes=False)), [])
        self.assertIn("Number", names(self.browse(TOY, kind=HAS_COMPONENT, subtypes=False)))

    def test_directions(self) -> None:
        """Forward, inverse and both directions are told apart."""
        self.assertEqual(names(self.browse(nodeId("Toy/Number"), direction=1)), ["Toy"])
        forward = names(self.browse(nodeId("Toy/Number")))
        self.assertEqual(forward, ["BaseDataVariableType", "EURange"])
        both = self.browse(nodeId("Toy/Number"), direction=2)
        self.assertEqual(len(both.References), 3)
        self.assertFalse(both.References[0].IsForward)

    def test_nodeClassMask(self) -> None:
        """Only nodes of the classes asked for are told."""
        self.assertEqual(
            names(self.browse(TOY, classes=4)), ["Double", "Slow", "Guarded", "Broken"]
        )
        self.assertEqual(names(self.browse(TOY, classes=8)), ["BaseObjectType"])

    def test_typeDefinitionsHaveTheirClass(self) -> None:
        """HasTypeDefinition of a standard node leads to an ObjectType or VariableType."""
        found = self.browse(ua.NodeId(2253), classes=8)
        self.assertEqual(names(found), ["ServerType"])
        self.assertEqual(names(self.browse(ua.NodeId(2258), classes=16)), ["BaseDataVariableType"])

    def test_resultMask(self) -> None:
        """Only the fields asked for are filled."""
        found = self.browse(TOY, kind=HAS_COMPONENT, mask=8).References[0]
        self.assertEqual(found.BrowseName.Name, "Number")
        self.assertTrue(found.ReferenceTypeId.is_null())
        self.assertIsNone(found.DisplayName.Text)
        self.assertEqual(found.NodeClass, ua.NodeClass.Unspecified)
        self.assertEqual(found.NodeId, nodeId("Toy/Number"))

    def test_refusals(self) -> None:
        """Each kind of wrong operation has its StatusCode."""
        self.assertEqual(self.browse(nodeId("Nothing")).StatusCode.name, "BadNodeIdUnknown")
        self.assertEqual(self.browse(TOY, kind=58).StatusCode.name, "BadReferenceTypeIdInvalid")
        self.assertEqual(self.browse(TOY, direction=3).StatusCode.name,
                         "BadBrowseDirectionInvalid")  # fmt: skip

    def test_views(self) -> None:
        """There are no views."""
        request = ua.BrowseRequest()
        request.Parameters.View.ViewId = TOY
        request.Parameters.NodesToBrowse = [browseDescription(TOY)]
        fault = self.assertRaises(FaultReceived, self.client.ask, request)
        self.assertEqual(fault.code, ua.StatusCodes.BadViewIdUnknown)

    @shows("Browse")
    def test_everythingIsReachable(self) -> None:
        """Each target of each reference exists, in both namespaces."""
        root, seen = ua.NodeId(84), {ua.NodeId(84)}
        waiting = [root]
        viewer: Any = None
        space = self.world.core.space
        while waiting:
            source = waiting.pop()
            node = space.find(source)
            self.assertIsNotNone(node, source)
            for each in space.references(node, viewer):
                if each.isForward and each.target not in seen:
                    seen.add(each.target)
                    waiting.append(each.target)
        self.assertGreater(len(seen), 2500)
        self.assertIn(nodeId("Toy/Number/EURange"), seen)


class BrowseNextTests(TestCase):
    def setUp(self) -> None:
        self.world = World()
        self.client = self.world.client()

    def next(self, *points: bytes, release: bool = False) -> list[Any]:
        """BrowseNext."""
        request = ua.BrowseNextRequest()
        request.Parameters.ReleaseContinuationPoints = release
        request.Parameters.ContinuationPoints = list(points)
        found: list[Any] = self.client.ask(request).Parameters.Results
        return found

    @shows("BrowseNext")
    def test_pages(self) -> None:
        """References come in pages as large as asked for, each once, in order."""
        whole = names(self.client.browse(TOY))
        result = self.client.browse(TOY, most=5)
        found = names(result)
        self.assertEqual(len(found), 5)
        while result.ContinuationPoint:
            result = self.next(result.ContinuationPoint)[0]
            self.assertLessEqual(len(result.References), 5)
            found += names(result)
        self.assertEqual(found, whole)

    def test_pointsServeOnce(self) -> None:
        """A continuation point serves once; an unknown one is refused."""
        point = self.client.browse(TOY, most=5).ContinuationPoint
        self.next(point)
        self.assertEqual(self.next(point)[0].StatusCode.name, "BadContinuationPointInvalid")
        self.assertEqual(self.next(b"made up")[0].StatusCode.name, "BadContinuationPointInvalid")

    def test_release(self) -> None:
        """A released continuation point gives nothing and is gone."""
        point = self.client.browse(TOY, most=5).ContinuationPoint
        self.assertEqual(self.next(point, release=True)[0].References, [])
        self.assertEqual(self.next(point)[0].StatusCode.name, "BadContinuationPointInvalid")

    def test_foreignPoint(self) -> None:
        """A continuation point belongs to its session."""
        point = self.client.browse(TOY, most=5).ContinuationPoint
        self.client = self.world.client()
        self.assertEqual(self.next(point)[0].StatusCode.name, "BadContinuationPointInvalid")

    def test_boundedNumber(self) -> None:
        """When a session has left too many pages unread, Browse says so and keeps no more."""
        most = self.world.settings.limits.continuationPoints
        for _ in range(most):
            self.assertEqual(self.client.browse(TOY, most=1).StatusCode.name, "Good")
        self.assertEqual(self.client.browse(TOY, most=1).StatusCode.name, "BadNoContinuationPoints")
        self.assertEqual(len(self.client.browse(TOY).References), 13)


class BrowsePathTests(TestCase):
    def setUp(self) -> None:
        self.client = World().client()

    def translate(self, *path: tuple[str, int], start: Any = None, **more: Any) -> Any:
        """The result for one path."""
        asked = ua.BrowsePath()
        asked.StartingNode = start or ua.NodeId(85)
        for name, namespace in path:
            element = ua.RelativePathElement()
            element.ReferenceTypeId = ua.NodeId(more.get("kind", HIERARCHICAL))
            element.IncludeSubtypes = more.get("subtypes", True)
            element.IsInverse = more.get("inverse", False)
            element.TargetName = ua.QualifiedName(name, namespace)
            asked.RelativePath.Elements.append(element)
        request = ua.TranslateBrowsePathsToNodeIdsRequest()
        request.Parameters.BrowsePaths = [asked]
        return self.client.ask(request).Results[0]

    @shows("TranslateBrowsePathsToNodeIds")
    def test_path(self) -> None:
        """A path of BrowseNames leads to the node, over both namespaces."""
        found = self.translate(("Toy", 2), ("Number", 2), ("EURange", 2))
        self.assertEqual(found.StatusCode.name, "Good")
        self.assertEqual(found.Targets[0].TargetId, nodeId("Toy/Number/EURange"))
        self.assertEqual(found.Targets[0].RemainingPathIndex, 0xFFFFFFFF)

    def test_backwards(self) -> None:
        """Elements may go against the direction of references."""
        found = self.translate(("Toy", 2), ("Objects", 0), start=nodeId("Toy/Text"), inverse=True)
        self.assertEqual(found.Targets[0].TargetId, ua.NodeId(85))

    def test_refusals(self) -> None:
        """Paths that lead nowhere say why."""
        cases = [
            (self.translate(("Toy", 2), ("Nothing", 2)), "BadNoMatch"),
            (self.translate(("Toy", 0)), "BadNoMatch"),
            (self.translate(("Toy", 2), kind=HAS_COMPONENT), "BadNoMatch"),
            (self.translate(("Toy", 2), kind=HIERARCHICAL, subtypes=False), "BadNoMatch"),
            (self.translate(("", 0)), "BadBrowseNameInvalid"),
            (self.translate(("Toy", 2), start=nodeId("Nothing")), "BadNodeIdUnknown"),
            (self.translate(), "BadNothingToDo"),
            (self.translate(*[("Toy", 2)] * 40), "BadTooManyOperations"),
        ]
        for result, code in cases:
            self.assertEqual(result.StatusCode.name, code)
            self.assertEqual(result.Targets, [])

    @shows("RegisterNodes", "UnregisterNodes")
    def test_registerNodes(self) -> None:
        """RegisterNodes gives the NodeIds back; UnregisterNodes is fine with it."""
        request = ua.RegisterNodesRequest()
        request.Parameters.NodesToRegister = [TOY]
        found = self.client.ask(request).Parameters.RegisteredNodeIds
        self.assertEqual(found, [TOY])
        request = ua.UnregisterNodesRequest()
        request.Parameters.NodesToUnregister = found
        self.client.ask(request)
