"""The connections to PostgreSQL that a process keeps: none is given out that has gone."""

from django.db import connections
from psycopg import OperationalError
from psycopg_pool import ConnectionPool


def check(connection):
    """Ask a connection whether it is still there before a request gets it: one round trip, and no
    query. Where one is not, all that are kept are asked at once: a database that was restarted has
    ended each of them, and a pool (psycopg_pool 3.3) that finds them one by one waits twice as long
    after each, until with the sixth the request is refused."""
    try:
        ConnectionPool.check_connection(connection)
    except OperationalError:
        connections["default"].pool.check()
        raise
