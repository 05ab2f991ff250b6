"""The official formats that the register reads: bytes in, typed rows out, or a refusal with line and reason.

Nothing here touches the database, with the exception of ``writing``, which ``portal.directory.services`` calls.
"""
