"""The fake channel and the workers of `tests/delivery`, for broadcasts."""

from __future__ import annotations

from tests.delivery.conftest import channel as channel
from tests.delivery.conftest import workers as workers
