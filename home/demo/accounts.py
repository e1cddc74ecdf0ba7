"""What the demo's people did with their accounts: one of them took a copy of her data."""

from community.takeout import taking


def load_accounts(people):
    """Whoever has a copy already keeps it. It is made at once: nobody waits for a demo's worker."""
    maya = people["maya"]
    if taking.latest(maya) is None:
        taking.make(taking.ask(maya, by=maya).pk)
