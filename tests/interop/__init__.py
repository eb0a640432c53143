"""
Charge points on other people's stacks (Node.js) at a whole gateway: ``make interop``.
"""
