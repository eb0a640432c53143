"""Tests of `ocppgw.uaserver.codec`."""
