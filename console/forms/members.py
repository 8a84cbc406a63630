"""The forms that invite somebody and change what a member may do."""

from django import forms

from accounts.rules.addresses import BadAddress, clean_address
from accounts.rules.roles import Role

ROLES = [
    (Role.VIEWER, "Viewer: figures and comments"),
    (Role.RESPONDER, "Responder: customers and responses as well"),
    (Role.MANAGER, "Manager: all but members and API keys"),
    (Role.OWNER, "Owner: everything"),
]


class RoleForm(forms.Form):
    role = forms.TypedChoiceField(choices=ROLES, coerce=Role, label="Role")


class InviteForm(forms.Form):
    email = forms.CharField(
        max_length=254,
        label="E-mail address",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    role = forms.TypedChoiceField(choices=ROLES, coerce=Role, initial=Role.VIEWER, label="Role")

    def clean_email(self) -> str:
        try:
            return clean_address(self.cleaned_data["email"])
        except BadAddress as refused:
            raise forms.ValidationError(str(refused)) from refused
