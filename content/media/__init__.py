"""Pictures and documents as they are taken in: looked at by their content, never by their name."""

from content.media.model import Document, MediaError, Picture

__all__ = ["Document", "MediaError", "Picture"]
