"""
Random frames and payloads against a whole Central System in memory.

``make fuzz ARGS="--inputs 1000000"`` sends as many as it says, ``make test`` a few.
"""
