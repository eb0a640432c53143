"""How the gateway grows with the number of its charge points; ours alone."""
