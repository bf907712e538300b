"""Who in the register becomes entitled to something, or no longer is: facts, comparison, list."""
