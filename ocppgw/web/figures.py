"""
``/metrics``: the gateway's figures in the text format of Prometheus.

Computed from records when they are asked for; nothing is counted here.  Names and base units
(seconds, joules, watts) as that ecosystem expects them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from ocppgw import __version__
from ocppgw.model.records import ChargePointRecord
from ocppgw.model.registry import Registry

JOULES = 3600.0
"""Of a watt-hour."""

COUNTS = {
    "ChargePointsKnown": ("charge_points", "Charge points that are known."),
    "ChargePointsConnected": ("charge_points_connected", "Charge points with a link."),
    "ChargePointsAlarm": ("charge_points_alarm", "Charge points somebody should look at."),
    "TransactionsActive": ("transactions_active", "Transactions that run."),
    "Power": ("power_watts", "Power of all charge points."),
}

CONNECTORS = ("Available", "Occupied", "Charging", "Faulted", "Unavailable", "Unknown")


class Figures(Collector):
    """Gives the figures of a registry as text."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._collectors = CollectorRegistry(auto_describe=False)
        self._collectors.register(self)
        ProcessCollector(registry=self._collectors)

    def text(self) -> bytes:
        """All of them, as of now."""
        return generate_latest(self._collectors)

    def describe(self) -> Iterator[Metric]:
        """Nothing beforehand."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """Called by the library for each text."""
        yield from self._gateway()
        yield from _chargePoints([s.record for s in self._registry.chargePoints.values()])

    def _gateway(self) -> Iterator[Metric]:
        build = GaugeMetricFamily("ocppgw_build_info", "The release.", labels=("version",))
        build.add_metric((__version__,), 1)
        yield build
        for name, (short, text) in COUNTS.items():
            yield GaugeMetricFamily(f"ocppgw_{short}", text, value=self._number(name))
        connectors = GaugeMetricFamily(
            "ocppgw_connectors", "Connectors by their status.", labels=("status",)
        )
        for status in CONNECTORS:
            connectors.add_metric((status,), self._number(f"Connectors{status}"))
        yield connectors
        # No counter: it falls when a charge point is removed, or gets another meter.
        yield GaugeMetricFamily(
            "ocppgw_energy_joules",
            "Sum of the import registers of all connectors.",
            value=self._number("Energy") * JOULES,
        )
        yield CounterMetricFamily(
            "ocppgw_refused_connections",
            "Connections of charge points that were turned away.",
            value=self._number("RefusedCount"),
        )
        yield GaugeMetricFamily(
            "ocppgw_store_up",
            "Whether the store can keep what it is given.",
            value=float(self._value("StoreStatus") == "ok"),
        )
        yield from self._times()

    def _times(self) -> Iterator[Metric]:
        for name, short, text in (
            ("StartTime", "start_time_seconds", "When the gateway started."),
            (
                "CertificateExpiry",
                "certificate_expiry_timestamp_seconds",
                "End of our certificate.",
            ),
        ):
            at = self._value(name)
            if isinstance(at, datetime):
                yield GaugeMetricFamily(f"ocppgw_{short}", text, value=at.timestamp())

    def _value(self, name: str) -> object:
        point = self._registry.gateway.points.get(name)
        return None if point is None else point.value

    def _number(self, name: str) -> float:
        value = self._value(name)
        return float(value) if isinstance(value, int | float) else 0.0


def _chargePoints(records: list[ChargePointRecord]) -> Iterator[Metric]:
    labels = ("charge_point",)
    up = GaugeMetricFamily("ocppgw_charge_point_connected", "Has a link.", labels=labels)
    power = GaugeMetricFamily("ocppgw_charge_point_power_watts", "Its power.", labels=labels)
    for record in records:
        up.add_metric((record.nodeName,), float(record.link.connected))
        point = record.sums.power
        if record.link.connected and point is not None and isinstance(point.value, float):
            power.add_metric((record.nodeName,), point.value)
    yield up
    yield power
    yield CounterMetricFamily(
        "ocppgw_messages_received",
        "Messages of charge points since the start.",
        value=float(sum(record.traffic.messagesReceived for record in records)),
    )
    yield CounterMetricFamily(
        "ocppgw_deviations",
        "Messages that left the specification.",
        value=float(sum(record.deviations.count for record in records)),
    )
    yield GaugeMetricFamily(
        "ocppgw_commands_waiting",
        "Commands that have not ended.",
        value=float(sum(record.commandsWaiting for record in records)),
    )
