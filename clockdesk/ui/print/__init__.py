"""What goes on paper: documents laid out on A4 pages in grey, and painted on a PDF or a printer.

Layout and painting go in small steps, so that a window stays alive meanwhile. Text is painted as it is, never read as
markup. Not here: what a document says (office).
"""
