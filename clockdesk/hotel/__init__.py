"""The embedded hotel: demo, training and tests. Speaks the protocol as the facts document says.

An independent reading: imports nothing else of ours, shares no code with the client. It may be wrong, but not in the
same way as the client. Not here: anything the client needs at a real hotel.
"""
