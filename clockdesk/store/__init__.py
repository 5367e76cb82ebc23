"""The two files: mirror.db (the copy, can be thrown away) and desk.db (what people wrote, can't).

Lives here: schema, migrations, upserts, cursors, owed ids, history. The only place that knows apsw and SQL.
Not here: the network, and any decision about what to read.
"""
