"""
Console scripts beside the gateway itself: one module each, its ``main`` named in ``setup.cfg``.
"""
