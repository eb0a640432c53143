"""A database as each schema had it, as SQL text: what upgrades begin with."""
