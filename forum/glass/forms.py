from django import forms
from django.utils.translation import gettext_lazy as _

from community.glass.models import Breaking
from forum.glass import breaking


class SpaceField(forms.ModelChoiceField):
    def label_from_instance(self, space):
        return f"{space.name} ({space.audience})"


class _Words(forms.CharField):
    """One paragraph, without what a browser or a hand put around its words."""

    def to_python(self, value):
        return " ".join(super().to_python(value).split())


class BreakForm(forms.Form):
    space = SpaceField(
        None,
        label=_("Which space"),
        empty_label=_("Choose a space"),
        help_text=_("One space, and not those below it. Spaces that are open to you are not here."),
    )
    reason = _Words(
        label=_("Why you must look"),
        max_length=Breaking._meta.get_field("reason").max_length,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Kept for good. Stewards and the facilitators of the space read it."),
    )
    told = _Words(
        label=_("What its members are told"),
        max_length=Breaking._meta.get_field("told").max_length,
        help_text=_(
            "General words: they stand on the space's page for 30 days. For example: a report about"
            " somebody's safety. Name nobody."
        ),
    )

    def __init__(self, *args, by, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["space"].queryset = breaking.breakable_by(by)

    def as_confirmed(self):
        """The same words for the page that asks once more, in fields that nobody sees."""
        for field in self.fields.values():
            field.widget = field.hidden_widget()
            if isinstance(field, forms.ModelChoiceField):
                field.widget.choices = field.choices
        return self
