"""Speed, as ratios measured in one run; nothing here is asserted, because a machine's noise is not a fault."""
