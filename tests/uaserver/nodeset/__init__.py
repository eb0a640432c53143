"""Tests of `ocppgw.uaserver.nodeset`."""
