"""Callers in other languages: their code is generated, compiled and run against a real server.

`make typescript` and `make go` do so where the toolchain is there, and say what is missing where it is not.
"""
