"""Tests of ``ocppgw.web.api``."""
