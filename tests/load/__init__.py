"""Many clients at once: is anything lost, does anything stay?"""
