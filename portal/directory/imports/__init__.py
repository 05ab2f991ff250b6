"""The official formats that the register reads: bytes in, typed rows out, or a refusal with line and reason.

The parsers do not touch the database. ``writing`` and ``successions`` do, and ``portal.directory.services`` alone calls
them, inside its transaction.
"""
