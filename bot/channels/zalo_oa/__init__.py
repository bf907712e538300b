"""Zalo Official Account: the verified account of an office. Buttons, a seven-day window, tokens that rotate."""

from bot.channels.zalo_oa.channel import ZaloOaChannel

__all__ = ["ZaloOaChannel"]
