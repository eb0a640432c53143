"""Tests of the framing."""
