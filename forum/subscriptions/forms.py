from django import forms
from django.utils.translation import gettext_lazy as _

from forum.subscriptions.models import How, Preference


class PreferenceForm(forms.ModelForm):
    how = forms.ChoiceField(
        label=_("How you hear of new subscriptions"),
        choices=How.choices,
        widget=forms.RadioSelect,
        help_text=_("You can change it for each one below."),
    )

    class Meta:
        model = Preference
        fields = ["when_writing", "how"]
        labels = {"when_writing": _("Subscribe me to threads that I start or answer")}
