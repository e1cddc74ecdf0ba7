"""allauth's forms in our words. A passkey comes from the browser as JSON, and allauth 65.21 raises
on some of what a stranger may send instead: it is one refusal like any other."""

from contextlib import contextmanager

from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

LONGEST_NAME = 60
MALFORMED = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


def _code(form, label, help_text):
    field = form.fields["code"]
    field.label, field.help_text = label, help_text
    field.validators.append(MaxLengthValidator(32))
    field.widget = forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"})


class ActivateForm(ActivateTOTPForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _code(self, _("Code from the app"), _("The six digits that the app shows now."))


class CodeForm(AuthenticateForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _code(self, _("Code"), _("The six digits from your app, or one of your recovery codes."))


class CodeAgainForm(ReauthenticateForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _code(self, _("Code"), _("The six digits from your app, or one of your recovery codes."))


@contextmanager
def refused_where_malformed():
    """ValidationError passes: it is said already."""
    try:
        yield
    except MALFORMED as problem:
        raise get_adapter().validation_error("incorrect_code") from problem


class _Credential:
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["credential"]
        # Only a page without its script sends nothing.
        field.error_messages["required"] = _("Your browser sent no passkey. Try again.")

    def clean_credential(self):
        with refused_where_malformed():
            return super().clean_credential()


class PasskeyForm(_Credential, AuthenticateWebAuthnForm):
    pass


class PasskeyAgainForm(_Credential, ReauthenticateWebAuthnForm):
    pass


class PasskeySignInForm(_Credential, LoginWebAuthnForm):
    pass


def _name(form):
    field = form.fields["name"]
    field.label = _("Name of this passkey")
    field.help_text = _("So that you know it in the list: the phone or the key it is on.")
    field.widget = forms.TextInput(attrs={"maxlength": LONGEST_NAME, "autocomplete": "off"})


class AddPasskeyForm(AddWebAuthnForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _name(self)
        alone = self.fields["passwordless"]
        alone.label, alone.initial = _("Sign in with it alone, without my password"), True
        alone.help_text = _("It then asks for your finger, your face or a PIN each time.")
        self.fields["credential"].error_messages["required"] = _(
            "Your browser sent no passkey. Try again."
        )

    def clean_name(self):
        return super().clean_name()[:LONGEST_NAME]

    def clean(self):
        with refused_where_malformed():
            return super().clean()


class RenameForm(EditWebAuthnForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _name(self)

    def clean_name(self):
        return self.cleaned_data["name"][:LONGEST_NAME]


class FindForm(forms.Form):
    q = forms.CharField(label=_("Name"), required=False, max_length=100, widget=forms.SearchInput())
