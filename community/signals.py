"""What the community announces to whoever listens, without knowing them."""

from django.dispatch import Signal

# Sent after the commit that changed it, with `person_ids`: whose standing is no longer what it was.
standing_changed = Signal()

# Sent when sessions were ended by somebody, after the commit: what they opened closes.
sessions_ended = Signal()

# Sent after somebody said, with `person`, whether others read their name while they are here.
naming_changed = Signal()
