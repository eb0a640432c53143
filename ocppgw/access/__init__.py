"""
Who may do what: roles, users, secrets, throttling.

Pure: the clock, the hasher and the randomness are passed in.  What a role is checked for is the
business of whoever serves a client; where users are kept is the configuration's and the store's.
"""
