"""Live sessions in threads: who hosts one and until when, what is asked in it, what is pinned.

Rows are written by `hosting` and `asking` alone, under the thread's row lock. That a session is
live is a comparison with its end, never a state. The thread's own row repeats the end
(`live_until`) and the pace (`slow`), for lists and for whoever replies.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from forum.live.models import POST, TOPIC

LONGEST_QUESTION = 300


class Session(models.Model):
    class Kind(models.TextChoices):
        HALLWAY = "hallway", _("Open hallway")
        FOLLOW_UP = "follow-up", _("Follow-up discussion")

    topic = models.ForeignKey(TOPIC, models.CASCADE, related_name="sessions")
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.HALLWAY)
    host = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    started_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField()
    # Who ended it before its time; nobody where the clock did.
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    # Another one has taken its place at the top of the thread.
    former = models.BooleanField(default=False)
    # The thread that was merged away with it, in case the merge is taken back.
    came_from = models.ForeignKey(TOPIC, models.SET_NULL, null=True, related_name="+")

    wagtail_reference_index_ignore = True

    class Meta:
        ordering = ["-started_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["topic"], condition=Q(former=False), name="one_session_shown_in_a_thread"
            )
        ]
        verbose_name = _("live session")
        verbose_name_plural = _("live sessions")

    @property
    def is_live(self):
        return self.ends_at > timezone.now()


class Question(models.Model):
    class State(models.TextChoices):
        OPEN = "open", _("Open")
        ANSWERING = "answering", _("Answering now")
        ANSWERED = "answered", _("Answered")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        TAKEN = "taken", _("Taken away")

    session = models.ForeignKey(Session, models.CASCADE, related_name="questions")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    text = models.CharField(_("question"), max_length=LONGEST_QUESTION)
    asked_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=12, choices=State, default=State.OPEN)
    # Moves by one with each vote; `forum.counters` counts them.
    votes = models.PositiveIntegerField(default=0)
    answer = models.ForeignKey(POST, models.SET_NULL, null=True, related_name="+")

    wagtail_reference_index_ignore = True

    class Meta:
        ordering = ["-votes", "asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["session"],
                condition=Q(state="answering"),
                name="one_question_answered_at_a_time",
            )
        ]
        indexes = [
            models.Index(fields=["session", "-votes", "asked_at"], name="questions_by_votes"),
        ]
        verbose_name = _("question")
        verbose_name_plural = _("questions")


class QuestionVote(models.Model):
    question = models.ForeignKey(Question, models.CASCADE, related_name="voices")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    wagtail_reference_index_ignore = True

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["question", "person"], name="one_vote_for_a_question")
        ]


class Pin(models.Model):
    """That a post stands in the panel of a session, at the top of its thread."""

    session = models.ForeignKey(Session, models.CASCADE, related_name="pins")
    post = models.ForeignKey(POST, models.CASCADE, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    wagtail_reference_index_ignore = True

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["session", "post"], name="pinned_once")]
