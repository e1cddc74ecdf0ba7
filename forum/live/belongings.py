from community import inventory

inventory.declare("live.Receipt.person", inventory.REMOVED)
inventory.declare("live.Removal.by", inventory.KEPT)
