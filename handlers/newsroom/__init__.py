"""News, stories and policy dialogues: what is written about them, and why something is refused."""
