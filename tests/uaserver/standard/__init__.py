"""Tests of `ocppgw.uaserver.standard`."""
