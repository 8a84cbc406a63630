"""What an export can be asked for: all that its list can, and a mark for older programs."""

from django import forms

from console.forms.filters import ResponseFilter


class ResponseExportFilter(ResponseFilter):
    mark = forms.BooleanField(required=False, label="With a byte-order mark")
