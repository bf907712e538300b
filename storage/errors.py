"""Errors of the storage package."""


class StorageError(Exception):
    """The database cannot be used as configured; the message names what to mend."""
