"""Computes everything again from the stored bytes, and names what is wrong and where."""
