"""The editors' admin: Wagtail's, with our dashboard, reports, checks of what is uploaded, and gate."""
