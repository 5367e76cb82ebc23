"""Composition root: loop, wiring, settings, keys, command line, single instance, logging.

Objects are made here and passed in; nobody else builds the program. Not here: screens, SQL, HTTP.
"""
