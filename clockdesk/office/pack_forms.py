"""The blank forms of the downtime pack: what is written by hand while nothing else works."""

from __future__ import annotations

from clockdesk.office.sheets import Blank, Column, Form, Ruled

REGISTRATION = Form(
    "registration-form",
    "Registration card",
    (
        (Blank("Room", 2), Blank("Booking", 3), Blank("Arrival", 3), Blank("Departure", 3), Blank("People", 2)),
        (Blank("Last name", 6), Blank("First name", 5)),
        (Blank("Date of birth", 3), Blank("Nationality", 3), Blank("Document and number", 5)),
        (Blank("Address", 1),),
        (Blank("E-mail", 6), Blank("Phone", 4), Blank("Car", 3)),
        (Blank("Travels with (name, date of birth, document)", 1),),
        (Blank("", 1),),
        (Blank("Deposit or payment taken", 5), Blank("Receipt no.", 3), Blank("Rate told", 3)),
        (Blank("Date and signature of the guest", 7), Blank("Received by (initials, time)", 4)),
    ),
    copies=2,
    note="Ask only for what the law or the hotel needs. Enter it in Clock afterwards, then destroy the card.",
)

POSTING = Ruled(
    "posting-form",
    "Posting form",
    (
        Column("time", "Time", 8),
        Column("room", "Room", 9),
        Column("guest", "Guest", 24),
        Column("what", "Charge or payment", 30),
        Column("quantity", "Qty", 7),
        Column("amount", "Amount", 17),
        Column("how", "Cash / card", 16),
        Column("receipt", "Receipt", 12),
        Column("by", "By", 6),
        Column("posted", "Posted", 9),
    ),
    note="One line each, the currency with the amount. Post it in Clock afterwards, on Clock's own screen, and tick it "
    "off here: nothing is posted twice, nothing is forgotten.",
)

LOG = Ruled(
    "log-form",
    "Manual log",
    (
        Column("time", "Time", 8),
        Column("room", "Room", 9),
        Column("guest", "Guest or booking", 30),
        Column("what", "What happened", 50),
        Column("by", "By", 7),
        Column("entered", "Entered", 10),
    ),
    note="Who arrived into which room, who left, which room is clean or dirty now. For a desk without a computer: type "
    "it into ClockDesk's manual log as soon as one works.",
)
