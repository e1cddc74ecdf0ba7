"""What the community announces to whoever listens, without knowing them."""

from django.dispatch import Signal

# Sent after the commit that changed it, with `person_ids`: whose standing is no longer what it was.
standing_changed = Signal()
