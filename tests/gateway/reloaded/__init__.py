"""
What each key that is declared as reloading does at a reload, and that none is left out.
"""
