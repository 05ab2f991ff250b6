"""Writing accounts: roles of the centre."""
