"""Backs the database up while it is written to, and brings it back. The keys go another way, on request only."""
