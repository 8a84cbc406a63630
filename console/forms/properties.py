"""The form that names a property to track or to give up."""

from django import forms

from console.forms.fields import LineField
from console.forms.selection import KEY_LENGTH


class PropertyForm(forms.Form):
    key = LineField(max_length=KEY_LENGTH, label="Property")
