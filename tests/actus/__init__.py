"""Conformity with the reference tests of the ACTUS standard: `python -m tests.actus FILE...`."""
