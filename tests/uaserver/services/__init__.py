"""Tests of `ocppgw.uaserver.services`."""
