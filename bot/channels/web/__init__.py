"""The web chat: needs no account. A mailbox channel: the page fetches its messages from the outbox."""
