"""How any part of the edition is cited, and what a page says of itself to machines."""
