"""From a Call of a charge point to its answer."""
