"""How a thread stands in its space's list, as facilitators choose it at its start or later."""

from datetime import datetime, time, timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from forum.moderation import arranging
from forum.threads import Topic

STANDS = {
    "thread": Topic.TOPIC_POST,
    "pinned": Topic.TOPIC_STICKY,
    "announced": Topic.TOPIC_ANNOUNCE,
}
LONGEST_ANNOUNCEMENT = timedelta(days=366)


def last_moment_of(day):
    """When a day is over, as the community's clock has it; None for no day."""
    if day is None:
        return None
    return timezone.make_aware(datetime.combine(day, time.max))


def stand(topic, stands, until, *, by, reason=""):
    """The verb for each choice of the form."""
    if stands == "announced":
        return arranging.announce(topic, by=by, until=last_moment_of(until), reason=reason)
    verb = arranging.pin if stands == "pinned" else arranging.unpin
    return verb(topic, by=by, reason=reason)


class StandsForm(forms.Form):
    stands = forms.ChoiceField(
        label=_("How does it stand in the list?"),
        choices=[
            ("thread", _("Like any thread")),
            ("pinned", _("Pinned: it stays on top")),
            ("announced", _("Announcement: above all others, as the facilitators' word")),
        ],
        widget=forms.RadioSelect,
        initial="thread",
        required=False,
    )
    until = forms.DateField(
        label=_("Announce it until"),
        required=False,
        help_text=_("The last day, for an announcement. Leave it empty to end it yourself."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def clean_stands(self):
        return self.cleaned_data["stands"] or "thread"

    def clean_until(self):
        until = self.cleaned_data["until"]
        today = timezone.localdate()
        if until and until < today:
            raise forms.ValidationError(_("This day is over. Choose today or a later one."))
        if until and until > today + LONGEST_ANNOUNCEMENT:
            raise forms.ValidationError(_("Choose a day within a year."))
        return until
