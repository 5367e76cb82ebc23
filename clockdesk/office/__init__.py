"""What staff see and do, without Qt: live lists, counts, freshness, and actions.

Not here: widgets, colours, words in a widget's layout, HTTP, SQL.
"""
