"""The command line: one module a command, and what they share. Only `main` leaves the package.

Prints results on standard output and everything else on standard error. Exit 0 = done, 1 = the service or the data said
no (one clear sentence), 2 = wrong usage.
"""

from clockdesk.app.cli.main import main

__all__ = ["main"]
