"""The API of guides, studies and news."""
