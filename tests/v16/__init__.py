"""Tests of OCPP 1.6 as data."""
