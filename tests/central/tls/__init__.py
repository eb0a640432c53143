"""Tests of TLS on the ports for charge points."""
