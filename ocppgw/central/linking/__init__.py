"""The live links: one per charge point, its Calls, its signs of life."""
