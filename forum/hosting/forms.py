from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from community.introductions import shown_name
from forum.excerpts import excerpt
from forum.hosting.hosting import LONGEST, SHORTEST
from forum.hosting.models import LONGEST_QUESTION, Session
from forum.hosting.pace import PACES
from forum.threads import Post

NEWEST_POSTS = 20


class QuestionForm(forms.Form):
    text = forms.CharField(
        label=_("Your question"),
        max_length=LONGEST_QUESTION,
        help_text=_("Short, in one or two sentences. Everybody in this thread sees it."),
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off"}),
    )


def _minutes(**facts):
    return forms.IntegerField(
        validators=[MinValueValidator(SHORTEST), MaxValueValidator(LONGEST)],
        widget=forms.NumberInput(attrs={"min": SHORTEST, "max": LONGEST, "step": 5}),
        **facts,
    )


class StartForm(forms.Form):
    """`first` is the kind of session that stands first and is chosen."""

    kind = forms.ChoiceField(
        label=_("What is it?"),
        choices=Session.Kind.choices,
        widget=forms.RadioSelect,
    )
    minutes = _minutes(
        label=_("For how many minutes?"),
        initial=60,
        help_text=_("It ends by the clock. You can extend it, or end it early."),
    )

    def __init__(self, *args, first=Session.Kind.HALLWAY, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["kind"]
        field.initial = first
        field.choices = sorted(Session.Kind.choices, key=lambda choice: choice[0] != first)


class ExtendForm(forms.Form):
    minutes = _minutes(label=_("How many minutes more?"), initial=15)


class PaceForm(forms.Form):
    """Slow mode: one reply of each person in so many seconds."""

    seconds = forms.TypedChoiceField(
        label=_("Slow mode"),
        coerce=int,
        choices=[
            (0, _("Off: everybody replies when they like")),
            *(
                (
                    pace,
                    ngettext_lazy("One reply in %d second", "One reply in %d seconds", pace) % pace,
                )
                if pace < 60
                else (
                    pace,
                    ngettext_lazy("One reply in %d minute", "One reply in %d minutes", pace // 60)
                    % (pace // 60),
                )
                for pace in PACES
            ),
        ],
        help_text=_("For everybody but facilitators."),
    )


class AnsweredForm(forms.Form):
    """Which post answered it: one of the newest of the thread, or none."""

    post = forms.ModelChoiceField(
        None,
        label=_("The post that answers it"),
        required=False,
        empty_label=_("It was answered otherwise"),
    )

    def __init__(self, *args, topic, **kwargs):
        super().__init__(*args, **kwargs)
        posts = Post.objects.filter(topic=topic.pk, approved=True).order_by("-pk")
        newest = list(posts.values_list("pk", flat=True)[:NEWEST_POSTS])
        field = self.fields["post"]
        field.queryset = posts.filter(pk__in=newest).select_related("poster")
        field.label_from_instance = _label


def _label(post):
    return f"{shown_name(post.poster)}: {excerpt(post.content.raw)[:60]}"
