from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from community import access
from community.models import Cohort, Person, Program, Role, Worksite


class InvitationForm(forms.Form):
    """What a facilitator says of somebody they invite; `by` decides which roles are offered."""

    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("The invitation goes there. The link works once, for two weeks."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    kind = forms.ChoiceField(label=_("Role"))
    cohort = forms.ModelChoiceField(
        Cohort.objects.all(),
        label=_("Cohort"),
        required=False,
        help_text=_("For a coordinator who joins a cohort."),
        empty_label=_("No cohort"),
    )
    worksite = forms.ModelChoiceField(
        Worksite.objects.select_related("program"),
        label=_("Site"),
        required=False,
        help_text=_("Where a coordinator works."),
        empty_label=_("No site"),
    )
    program = forms.ModelChoiceField(
        Program.objects.all(),
        label=_("Program"),
        required=False,
        help_text=_("Which program a director directs. They stay outside coordinators' spaces."),
        empty_label=_("No program"),
    )

    def __init__(self, *args, by, **kwargs):
        super().__init__(*args, **kwargs)
        standing = access.standing_of(by)
        self.fields["kind"].choices = [
            (kind.value, kind.label) for kind in Role.Kind if access.may_appoint(standing, kind)
        ]

    def clean(self):
        data = super().clean()
        kind = data.get("kind")
        if kind == Role.Kind.COORDINATOR and not data.get("worksite"):
            self.add_error("worksite", _("Say at which site they work."))
        if kind == Role.Kind.DIRECTOR and not data.get("program"):
            self.add_error("program", _("Say which program they direct."))
        if data.get("cohort") and kind and kind != Role.Kind.COORDINATOR:
            self.add_error("cohort", _("Only a coordinator joins a cohort by invitation."))
        email = data.get("email")
        if email and Person.objects.filter(email=email.lower()).exists():
            self.add_error("email", _("Somebody with this address is already a member."))
        return data


def _clean_name(name):
    name = " ".join(name.split())
    if "@" in name:
        raise forms.ValidationError(
            _("Your name is what other members see: write a name, not an address.")
        )
    return name


class AcceptForm(forms.Form):
    name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        help_text=_("Other members see it beside what you write."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password = forms.CharField(
        label=_("Choose a password"),
        strip=False,
        max_length=128,
        help_text=_("At least 10 characters. Three unrelated words are easy to remember."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args, email, **kwargs):
        super().__init__(*args, **kwargs)
        self._email = email

    def clean_name(self):
        name = _clean_name(self.cleaned_data["name"])
        if Person.objects.filter(name__iexact=name, is_active=True).exists():
            raise forms.ValidationError(
                _("A member has this name already. Add a middle name or an initial to yours.")
            )
        return name

    def clean_password(self):
        password = self.cleaned_data["password"]
        validate_password(
            password, Person(email=self._email, name=self.cleaned_data.get("name", ""))
        )
        return password


class PersonForm(forms.ModelForm):
    """What a person says of themselves."""

    class Meta:
        model = Person
        fields = ["name", "pronouns"]
        help_texts = {
            "name": _("Other members see it beside what you write."),
            "pronouns": _("If you like: for example she/her."),
        }

    def clean_name(self):
        return _clean_name(self.cleaned_data["name"])
