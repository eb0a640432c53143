"""The templates of the pages; data, no code."""
