"""People: the account, signing in and out, sessions."""
