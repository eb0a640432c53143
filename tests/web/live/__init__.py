"""Tests of ``ocppgw.web.live``."""
