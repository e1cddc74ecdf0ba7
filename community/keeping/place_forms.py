"""What the screens of places show and ask for, by the part of their address."""

from dataclasses import dataclass

from django import forms
from django.forms import modelform_factory
from django.utils.translation import gettext_lazy as _

from community.models import Cohort, Program, Region, Worksite


class PlaceForm(forms.ModelForm):
    """Checks what the model demands; what it says is written by the verbs of `places`."""

    def clean_name(self):
        name = " ".join(self.cleaned_data["name"].split())
        taken = self._meta.model.objects.filter(name__iexact=name).exclude(pk=self.instance.pk)
        if self._meta.model is not Worksite and taken.exists():
            raise forms.ValidationError(_("There is one of this name already."))
        return name

    def clean_year(self):
        year = self.cleaned_data["year"]
        if not 2000 <= year <= 2100:
            raise forms.ValidationError(_("Write the year with four digits, for example 2026."))
        return year


@dataclass(frozen=True)
class Places:
    """One kind of places: `title`, `add` and `help` are words, `above` the field of what it is
    in."""

    model: type
    title: object
    add: object
    help: object
    fields: tuple
    above: str = ""

    @property
    def form(self):
        return modelform_factory(self.model, form=PlaceForm, fields=self.fields)

    @property
    def queryset(self):
        rows = self.model.objects.all()
        return rows.select_related(self.above) if self.above else rows


PLACES = {
    "cohorts": Places(
        Cohort,
        _("Cohorts"),
        _("Add a cohort"),
        _("Its audience is made with it: only who is on its roster is let in."),
        ("name", "region", "year"),
        "region",
    ),
    "regions": Places(
        Region,
        _("Regions"),
        _("Add a region"),
        _("Where cohorts and programs are."),
        ("name",),
    ),
    "programs": Places(
        Program,
        _("Programs"),
        _("Add a program"),
        _("What a director directs, with its sites."),
        ("name", "region"),
        "region",
    ),
    "sites": Places(
        Worksite,
        _("Sites"),
        _("Add a site"),
        _("Where a coordinator works."),
        ("name", "program"),
        "program",
    ),
}
