"""
What holds for the tree as a whole: who imports whom, which words are used, what the wheel holds.
"""
