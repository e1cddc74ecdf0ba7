from community import inventory

# Numbers of events, which say nothing without the log.
inventory.declare("reading.Mark.person", inventory.REMOVED)
