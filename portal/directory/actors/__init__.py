"""Writing about actors: organisations, memberships, claims, delegations, profiles. Each function is one transaction.

Other apps take what they need from ``portal.directory.services``.
"""
