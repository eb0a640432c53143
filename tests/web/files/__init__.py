"""Tests of the files that leave the console and come in."""
