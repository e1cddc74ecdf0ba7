"""Every act that the roster's screens know, and which of them are offered for a person."""

from community.keeping import cohort_acts, role_acts

# By their part of an address, in the order in which they are shown.
ACTS = {
    "graduate": cohort_acts.Graduate,
    "put-back": cohort_acts.PutBack,
    "mentor": cohort_acts.AppointMentor,
    "end-mentor": cohort_acts.EndMentoring,
    "join": cohort_acts.Join,
    "cohort": cohort_acts.ChangeCohort,
    "assign": cohort_acts.Assign,
    "leave": cohort_acts.Leave,
    "site": role_acts.ChangeWorksite,
    "supervisor": role_acts.Supervise,
    "director": role_acts.BecomeDirector,
    "role": role_acts.GiveRole,
    "end-role": role_acts.EndRole,
    "deactivate": role_acts.Deactivate,
    "return": role_acts.Reactivate,
}


def offered(by, person):
    """`{part of the address: form}` of the acts that `by` may do to this person. Nobody's to
    themselves; to whoever left, only coming back."""
    if person.pk == by.pk:
        return {}
    forms_of = {name: form(by=by, person=person) for name, form in ACTS.items()}
    return {
        name: form
        for name, form in forms_of.items()
        if form.is_offered and (person.is_active or name == "return")
    }
