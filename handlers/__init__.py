"""Conversations, the same for every channel: what a person said, what is answered, what is written."""
