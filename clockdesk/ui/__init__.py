"""PySide6. models/ (item models), widgets/ (reusable pieces), screens/ (one per screen), theme/ (tokens).

Not here: anything that reads the network or a file; it knows office and domain only.
"""
