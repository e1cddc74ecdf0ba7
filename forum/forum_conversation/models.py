"""machina's topics and posts on machina's own tables, without its side effects.

As shipped, every save of a post recounts its whole topic and forum, so posting slows down as a
forum grows and concurrent replies race. Here saving saves; `forum.posting` keeps the counters by
delta under the topic's row lock, and is the only module that writes these rows.
"""

from django.db import models
from machina.apps.forum_conversation.abstract_models import AbstractPost, AbstractTopic
from machina.models.abstract_models import DatedModel


class Topic(AbstractTopic):
    wagtail_reference_index_ignore = True

    def __str__(self):
        return self.subject

    def save(self, *args, **kwargs):
        self._simple_save(*args, **kwargs)

    def _simple_save(self, *args, **kwargs):
        models.Model.save(self, *args, **kwargs)

    def update_trackers(self):
        """Counters move by delta in `forum.posting`."""


class Post(AbstractPost):
    wagtail_reference_index_ignore = True

    def save(self, *args, **kwargs):
        DatedModel.save(self, *args, **kwargs)

    def delete(self, *args, **kwargs):
        models.Model.delete(self, *args, **kwargs)


from machina.apps.forum_conversation.models import *  # noqa: E402, F403
