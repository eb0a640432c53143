"""
Configuration keys of charge points: reading, changing and comparing them.

Used by commands and by the start-up alike; nothing here decides when.
"""
