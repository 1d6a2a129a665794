"""The core: one company, one scenario, every month. Pure: no I/O, no clock, no randomness."""
