"""A loan as its contract writes it: dated events, and the one recursion over them."""
