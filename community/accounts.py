"""How allauth fits this house: sign-in by e-mail, our words, and no way in but an invitation."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import LoginForm, ResetPasswordForm
from django.utils.translation import gettext_lazy as _


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request):
        return False


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
