"""Keeps the mirror true: start-up, sweeps, hints, what is owed, which calls to make.

Not here: how a call is made (api), how a row is kept (store), what a person sees (office, ui).
"""
