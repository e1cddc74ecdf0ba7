"""What other parts of the forum may listen to."""

from django.dispatch import Signal

# `source` and `target` are topics; sent inside the transaction that merges the one into the other,
# so that what hangs on the thread itself (who follows it) goes along.
threads_merged = Signal()
