"""ClockDesk: the front desk of a Clock PMS+ hotel, painted from a local copy.

The rooms of this house and who may use whom stand in README.md; import-linter checks it.
"""

__version__ = "0.1.0"
