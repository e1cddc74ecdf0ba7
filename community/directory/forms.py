from django import forms
from django.db.models import Exists, OuterRef, Q
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from community import access, profiles
from community.directory.models import Photo
from community.models import Cohort, Membership, Person, Region, Role

ROLES = [
    *Role.Kind.choices,
    (Membership.Kind.GRADUATE.value, Membership.Kind.GRADUATE.label),
    (Membership.Kind.MENTOR.value, Membership.Kind.MENTOR.label),
]


class DirectoryForm(forms.Form):
    """What one looks for among the members. Each filter asks only what the viewer may know."""

    q = forms.CharField(label=_("Name"), max_length=80, required=False)
    offers = forms.CharField(label=_("Can be asked about"), max_length=80, required=False)
    seeks = forms.CharField(label=_("Looks for"), max_length=80, required=False)
    role = forms.ChoiceField(label=_("Role"), choices=[("", _("All")), *ROLES], required=False)
    region = forms.ModelChoiceField(
        Region.objects.all(), label=_("Region"), empty_label=_("All"), required=False
    )
    cohort = forms.ModelChoiceField(None, label=_("Cohort"), empty_label=_("All"), required=False)

    def __init__(self, *args, viewer, **kwargs):
        super().__init__(*args, **kwargs)
        self._viewer = viewer
        known = access.cohorts_admitting(access.standing_of(viewer))
        self.fields["cohort"].queryset = Cohort.objects.filter(pk__in=known)
        if not known:
            del self.fields["cohort"]

    def people(self):
        """The active people who are looked for, by name; nobody where the form is not valid."""
        if not self.is_valid():
            return Person.objects.none()
        asked = self.cleaned_data
        people = Person.objects.filter(is_active=True)
        if asked["q"]:
            people = people.filter(name__icontains=asked["q"])
        for field in ("offers", "seeks"):
            if asked[field]:
                said = Q(**{f"card__{field}__icontains": asked[field]})
                people = people.filter(profiles.told_to(self._viewer, field), said)
        roles = Role.objects.current().filter(person=OuterRef("pk"))
        memberships = Membership.objects.current().filter(person=OuterRef("pk"))
        if asked["role"] in Role.Kind:
            people = people.filter(Exists(roles.filter(kind=asked["role"])))
        elif asked["role"]:
            people = people.filter(Exists(memberships.filter(kind=asked["role"])))
        if asked["region"]:
            here = Q(worksite__program__region=asked["region"]) | Q(program__region=asked["region"])
            people = people.filter(Exists(roles.filter(here)))
        if asked.get("cohort"):
            people = people.filter(Exists(memberships.filter(cohort=asked["cohort"])))
        return people.order_by("name", "pk")

    @property
    def is_filtering(self):
        return self.is_valid() and any(self.cleaned_data.values())

    def as_query(self):
        """What page links carry on."""
        if not self.is_filtering:
            return ""
        asked = {name: getattr(value, "pk", value) for name, value in self.cleaned_data.items()}
        return urlencode({name: value for name, value in asked.items() if value}) + "&"


class PhotoForm(forms.Form):
    photo = forms.FileField(
        label=_("Photo"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/*"}),
        help_text=_(
            "JPEG, PNG, WebP, GIF or HEIC, up to 10 MB. The middle of it is kept as a square;"
            " place and time that a camera wrote into the file are not."
        ),
    )
    alt = forms.CharField(
        label=_("What the photo shows"),
        max_length=Photo._meta.get_field("alt").max_length,
        help_text=_("For whoever does not see it. For example: Maya, laughing, beside a bus."),
    )

    def __init__(self, *args, replaces, **kwargs):
        super().__init__(*args, **kwargs)
        self._replaces = replaces

    def clean_photo(self):
        photo = self.cleaned_data["photo"]
        if photo is None and not self._replaces:
            raise forms.ValidationError(_("Choose a photo."))
        return photo
