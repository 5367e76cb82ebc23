"""Reusable widgets, built from theme tokens. They know no screen and no office object."""
