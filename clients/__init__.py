"""The callers: the Python client and the command line. They know the contract only."""
