"""Tests of `ocppgw.uaserver.transport`."""
