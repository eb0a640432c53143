"""
What all benchmarks share: measuring a process, rounds by turns, peers, results, table and plots.

Nothing in here knows OCPP or OPC UA.
"""
