import unicodedata

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from community import access, invitations, profiles
from community.directory.models import Circle
from community.models import Cohort, Membership, Person, Program, Role, Worksite

# Joiners inside a name are spelling in some scripts; other invisible characters are disguise.
_JOINERS = "\u200c\u200d"


class WorksiteField(forms.ModelChoiceField):
    """A site with its program: two programs may each have one of the same name."""

    def __init__(self, **kwargs):
        super().__init__(Worksite.objects.select_related("program"), **kwargs)

    def label_from_instance(self, worksite):
        return f"{worksite.name} ({worksite.program})"


class InvitationForm(forms.Form):
    """What a facilitator says of somebody they invite; `by` decides which roles are offered."""

    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("The invitation goes there. The link works once, for two weeks."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    kind = forms.ChoiceField(label=_("Role"))
    cohort = forms.ModelChoiceField(
        Cohort.objects.none(),
        label=_("Cohort"),
        required=False,
        help_text=_("For a coordinator who joins a cohort of yours."),
        empty_label=_("No cohort"),
    )
    worksite = WorksiteField(
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
        self.fields["cohort"].queryset = Cohort.objects.filter(
            access.cohorts_enrolling(standing, Membership.Kind.PARTICIPANT)
        )
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
        if words := invitations.objection(data.get("email") or ""):
            self.add_error("email", words)
        return data


def _clean_name(name):
    """A name as others will see it."""
    name = " ".join(name.split())
    name = "".join(c for c in name if c in _JOINERS or unicodedata.category(c)[0] != "C").strip()
    if not name.strip(_JOINERS):
        raise forms.ValidationError(_("Write the name that other members know you by."))
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
        return _clean_name(self.cleaned_data["name"])

    def clean_password(self):
        password = self.cleaned_data["password"]
        validate_password(
            password, Person(email=self._email, name=self.cleaned_data.get("name", ""))
        )
        return password


class LinesField(forms.CharField):
    """Text of several lines, as long as the browser counts it: a form sends each line break as two
    characters, which are one."""

    widget = forms.Textarea

    def to_python(self, value):
        return super().to_python(value).replace("\r\n", "\n").rstrip()


def _told_to(field):
    """Who sees a field of the profile. What is not sent stays as it was when the page was made: a
    form that forgets a field opens nothing."""
    labels = {
        "about": _("Who sees this text"),
        "pronouns": _("Who sees your pronouns"),
        "photo": _("Who sees your photo"),
        "languages": _("Who sees your languages"),
        "offers": _("Who sees what you may be asked about"),
        "seeks": _("Who sees what you look for"),
        "email": _("Who sees this e-mail address"),
        "phone": _("Who sees your phone number"),
    }
    return forms.ChoiceField(label=labels[field], choices=Circle, required=False)


class ProfileForm(forms.Form):
    """What a person says of themselves, and to whom each part of it."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        help_text=_("Other members see it beside what you write, also what you wrote before."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    pronouns = forms.CharField(
        label=_("Pronouns"),
        max_length=40,
        required=False,
        help_text=_("If you like: for example she/her."),
    )
    pronouns_for = _told_to("pronouns")
    about = LinesField(
        label=_("About you"),
        max_length=1000,
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 7}),
        help_text=_(
            "What you do, and what you are good at. You can use **bold**, *italics* and lists"
            " with -."
        ),
    )
    about_for = _told_to("about")
    offers = forms.CharField(
        label=_("Ask me about"),
        max_length=240,
        required=False,
        help_text=_(
            "For example: snack, rope games, parents at the door. People can find you by it."
        ),
    )
    offers_for = _told_to("offers")
    seeks = forms.CharField(
        label=_("What you look for"),
        max_length=240,
        required=False,
        help_text=_("For example: somebody who has planned a site garden."),
    )
    seeks_for = _told_to("seeks")
    languages = forms.CharField(
        label=_("Languages"), max_length=120, required=False, help_text=_("That you speak.")
    )
    languages_for = _told_to("languages")
    email = forms.EmailField(
        label=_("E-mail for members"),
        required=False,
        help_text=_("If you want to be written to. It may differ from the one you sign in with."),
    )
    email_for = _told_to("email")
    phone = forms.CharField(
        label=_("Phone"), max_length=40, required=False, help_text=_("If you want to be called.")
    )
    phone_for = _told_to("phone")
    photo_for = _told_to("photo")

    def __init__(self, *args, person, **kwargs):
        card = profiles.card_of(person)
        initial = {
            field: getattr(person if field in {"name", "pronouns", "about"} else card, field)
            for field in self.base_fields
        }
        super().__init__(*args, initial=initial, **kwargs)
        self._person = person

    def clean_name(self):
        name = _clean_name(self.cleaned_data["name"])
        if name != self._person.name and profiles.name_is_taken(name, self._person):
            raise forms.ValidationError(
                _("A member has this name already. Add a middle name or an initial to yours.")
            )
        return name

    def clean_pronouns(self):
        return " ".join(self.cleaned_data["pronouns"].split())

    def clean(self):
        data = super().clean()
        for name in [name for name in data if name.endswith("_for")]:
            data[name] = data[name] or self.initial[name]
        return data

    @property
    def told(self):
        """Each field of the page with the one beside it that says to whom it is told."""
        return [
            (self[name], self[f"{name}_for"]) for name in profiles.FIELDS if name in self.fields
        ]
