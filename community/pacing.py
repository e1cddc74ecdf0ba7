"""How often somebody does something, counted in the cache: so that no form becomes a flood."""

import hashlib
import logging
import time

from django.core.cache import cache

logger = logging.getLogger(__name__)

HOUR = 60 * 60
DAY = 24 * HOUR


def allows(what, who, most, seconds=HOUR):
    """Count one more `what` of `who`; False once there were more than `most` in this time.

    A cache that is away stops nobody.
    """
    turn = int(time.time() // seconds)
    digest = hashlib.sha256(str(who).encode()).hexdigest()[:32]
    key = f"paced.{what}.{turn}.{digest}"
    try:
        cache.add(key, 0, seconds * 2)
        return cache.incr(key) <= most
    except Exception as problem:  # noqa: BLE001 - whatever is wrong with it
        logger.warning("The cache is away: %s", type(problem).__name__)
        return True
