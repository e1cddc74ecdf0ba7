"""Finding people for whoever keeps the roster: flat queries, however many there are."""

from urllib.parse import urlencode

from django import forms
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from community.models import Cohort, Membership, Person, Region, Role, RosterEntry

PEOPLE_ON_A_PAGE = 40
ENTRIES_ON_A_PAGE = 20


class FindPeopleForm(forms.Form):
    q = forms.CharField(
        label=_("Name or e-mail address"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    cohort = forms.ModelChoiceField(
        Cohort.objects.all(), label=_("Cohort"), required=False, empty_label=_("Any")
    )
    region = forms.ModelChoiceField(
        Region.objects.all(), label=_("Region"), required=False, empty_label=_("Any")
    )
    role = forms.ChoiceField(
        label=_("Role"), required=False, choices=[("", _("Any")), *Role.Kind.choices]
    )
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("Members")), ("left", _("Left")), ("all", _("Everybody"))],
    )

    def as_query(self):
        """What was asked for, for links to the next page; ends with `&` where there is any."""
        asked = {name: self.data[name] for name in self.fields if self.data.get(name)}
        return f"{urlencode(asked)}&" if asked else ""


def found_by(form):
    """The people whom a FindPeopleForm asks for; nobody where it is refused."""
    if not form.is_valid():
        return Person.objects.none()
    asked, people = form.cleaned_data, Person.objects.order_by("name", "pk")
    if asked["state"] != "all":
        people = people.filter(is_active=asked["state"] != "left")
    for word in asked["q"].split()[:5]:
        people = people.filter(Q(name__icontains=word) | Q(email__icontains=word))
    if asked["cohort"]:
        current = Membership.objects.current().filter(cohort=asked["cohort"])
        people = people.filter(pk__in=current.values("person"))
    roles = Role.objects.current()
    if asked["region"]:
        here = Q(program__region=asked["region"]) | Q(worksite__program__region=asked["region"])
        people = people.filter(pk__in=roles.filter(here).values("person"))
    if asked["role"]:
        people = people.filter(pk__in=roles.filter(kind=asked["role"]).values("person"))
    return people


def page_of(people, number):
    return Paginator(people, PEOPLE_ON_A_PAGE).get_page(number)


def person_for_keepers(pk):
    """Anybody who was ever here, or Http404."""
    found = Person.objects.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def history_of(person, number):
    """What was done to somebody's standing, newest first."""
    entries = RosterEntry.objects.filter(person=person).select_related("by")
    return Paginator(entries, ENTRIES_ON_A_PAGE).get_page(number)


# The verbs of the log in words.
VERBS = {
    "register": _("became a member"),
    "appoint": _("given a role"),
    "dismiss": _("role ended"),
    "enrol": _("put on a roster"),
    "graduate": _("graduated"),
    "put_back": _("put back as a participant"),
    "end_mentoring": _("no mentor any more"),
    "change_cohort": _("changed cohort"),
    "change_worksite": _("changed site"),
    "supervise": _("supervisor named"),
    "leave": _("left a cohort"),
    "deactivate": _("left the network"),
    "reactivate": _("came back"),
    "ask_to_close": _("asked to close their account"),
    "stay": _("kept their account"),
    "close_account": _("closed their account"),
    "reset_second_factor": _("second factor taken away"),
    "mend": _("brought in step with the policy"),
    "add_place": _("added a place"),
    "change_place": _("changed a place"),
    "agreements": _("published the community agreements"),
}


def in_words(verb):
    return VERBS.get(verb, verb)
