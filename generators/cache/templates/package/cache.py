"""The cache, which all dynos share.

https://flask-caching.readthedocs.io
"""

from flask import Flask
from flask_caching import Cache

cache = Cache()


def init_app(app: Flask) -> None:
    store = app.extensions["keyvalue"]
    if store is None:
        config = {"CACHE_TYPE": "SimpleCache"}
    else:
        # With a prefix `cache.clear()` removes what begins with it; without one, all there is in
        # Key-Value Store.
        config = {
            "CACHE_TYPE": "RedisCache",
            "CACHE_REDIS_HOST": store,
            "CACHE_KEY_PREFIX": "cache:",
        }
    cache.init_app(app, config)
