"""What the log announces to whoever listens, without knowing them."""

from django.dispatch import Signal

# Sent inside the transaction in which a post became visible, with `thread`, `event` and `post`.
posted = Signal()
