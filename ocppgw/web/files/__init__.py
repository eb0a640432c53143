"""
What leaves the console as a file, and what comes in as one; the same for pages and API.

`exports` sends a file piece by piece and shows how far it is; the other modules know what stands in
the lines of each.
"""
