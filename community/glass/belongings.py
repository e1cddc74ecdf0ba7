from community import inventory

# The log of it is kept whole: who looked into a space is told to its members for good.
inventory.declare("glass.Breaking.by", inventory.KEPT)
inventory.declare("glass.Ending.by", inventory.KEPT)
