"""Cards as pictures: readable on a phone, printable in black and white, drawn without a browser."""

from content.cards.drawing import WIDTH, Card, Line, Section, draw

__all__ = ["WIDTH", "Card", "Line", "Section", "draw"]
