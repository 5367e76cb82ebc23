"""Speaks to the services.

Lives here: transport, digest sign-in, call gate, predicate -> query string, decoders, message channels, endpoints.
Not here: what to read and when (sync), tables (store), anything Qt. httpx is known to transport.py alone.
"""
