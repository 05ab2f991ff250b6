"""Writing accounts: what people may ask for by law, and what is forgotten by itself."""

from portal.accounts.addresses import has_confirmed_address

__all__ = ["has_confirmed_address"]
