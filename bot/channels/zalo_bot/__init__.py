"""Zalo Bot: the bot product that anybody with a Zalo account can make. Plain text, no buttons, a monthly quota."""

from bot.channels.zalo_bot.channel import ZaloBotChannel

__all__ = ["ZaloBotChannel"]
