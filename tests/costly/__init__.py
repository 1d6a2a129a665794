"""The costliest requests, at the bounds of the API and beyond them, and what others wait while one is served.

`make costly` prints the table of all, `python -m tests.costly NAME...` some of them.
"""
