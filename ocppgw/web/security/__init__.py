"""
Who asks, and whether the question is let in.

Nothing here knows a page or an operation.  `gate` stands before all of them and uses the others.
"""
