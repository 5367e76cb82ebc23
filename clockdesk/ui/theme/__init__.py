"""Tokens (colours, sizes, type) and how they become a palette and a style sheet."""
