"""
A whole gateway for minutes or hours, with charge points and networks as they are: ``make soak``.
"""
