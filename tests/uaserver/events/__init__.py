"""Tests of ocppgw.uaserver.events."""
