"""Telegram: an adapter between the Bot API and the neutral messages. The only place that knows aiogram."""

from bot.channels.telegram.channel import TelegramChannel

__all__ = ["TelegramChannel"]
