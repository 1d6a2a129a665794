"""What a tenant may be called: the name is part of the origin of its log, and the name of a file."""

NAME_RULE = "1 to 63 of a-z, 0-9 and '-', which neither begins nor ends it"
NAME_PATTERN = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
