"""Tests of our own nodes, computed from records; no socket anywhere."""
