"""What a booking, room, folio, charge, money, date, predicate and change set ARE.

Lives here: frozen values, the predicate language, the error tree, time zones, code tables.
Not here: anything that reads a file, opens a socket, knows a URL, a table or a widget, or asks the clock.
"""
