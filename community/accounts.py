"""How allauth fits this house: sign-in by e-mail, our words, and no way in but an invitation."""

from functools import cache

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.forms import LoginForm, ResetPasswordForm
from django.contrib.sites.shortcuts import get_current_site
from django.db import transaction
from django.db.models import Subquery
from django.utils.translation import gettext_lazy as _

from community import access
from community.models import Epoch, Person

_brought_along = {}


def bring_along(**columns):
    """Told by those who stand on this: what else comes with whoever is signed in. Each column is
    a function without arguments that gives an expression on Person."""
    _brought_along.update(columns)
    _people.cache_clear()


def people_who_ask():
    """People with what comes along: the epoch of the policy, whether they have a second factor, and
    what others wanted to be told."""
    return _people().all()


@cache
def _people():
    # Built once: that takes longer than asking, and every request asks.
    return Person.objects.annotate(
        epoch_read=Subquery(Epoch.objects.filter(pk=1).values("value")),
        has_second_factor=access.second_factor(),
        **{name: column() for name, column in _brought_along.items()},
    )


class PasswordBackend(AuthenticationBackend):
    """Sign-in by address and password, with one look and one hash for an address that nobody has
    as well. Whoever is signed in comes with the epoch of the policy: one query for both."""

    def _authenticate(self, request, **credentials):
        address = (credentials.get("email") or "").lower()
        person = Person.objects.filter(email=address).first()
        return self._check_password(person, credentials["password"])

    def get_user(self, user_id):
        person = people_who_ask().filter(pk=user_id).first()
        return person if person and self.user_can_authenticate(person) else None


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request):
        return False

    def send_mail(self, template_prefix, email, context):
        """By the worker, once what it tells of is committed: a mail server that is slow or away
        keeps nobody waiting, and its time tells nobody who has an account."""
        from community.tasks import mail_from_accounts  # the task's module imports models

        context = {"email": email, "current_site": get_current_site(self.request)} | context
        message = self.render_mail(template_prefix, email, context)
        transaction.on_commit(
            lambda: mail_from_accounts.enqueue(message.subject, message.body, email)
        )


def _say(field, label):
    """One word for one thing, and no placeholder that repeats the label."""
    field.label = label
    field.widget.attrs.pop("placeholder", None)


class SignInForm(LoginForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _say(self.fields["login"], _("E-mail address"))
        _say(self.fields["password"], _("Password"))


class ResetForm(ResetPasswordForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _say(self.fields["email"], _("E-mail address"))

    def clean_email(self):
        return self.cleaned_data["email"].lower()

    def save(self, request, **kwargs):
        """The same work for every address: one look, and one task that is given a key or none."""
        from community.tasks import mail_password_reset  # the task's module imports models

        email = self.cleaned_data["email"]
        found = Person.objects.filter(email=email, is_active=True).values_list("pk", flat=True)
        mail_password_reset.enqueue(found.first() or 0)
        return email
