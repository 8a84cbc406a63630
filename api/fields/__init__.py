"""Fields that take exactly what their schema says: true is not 1, "9" is not 9, no key unknown."""

from api.fields.forms import Body, Query, faults_of, kind_of
from api.fields.moments import Day, Moment, moment
from api.fields.sharing import HIDDEN, LINE, NAME, REFUSED, SHOWN
from api.fields.texts import Address, Identifier, Line, Slug, Text, Words
from api.fields.values import ID, Flag, Id, Number, Properties, Whole, row_id

__all__ = [
    "HIDDEN", "ID", "LINE", "NAME", "REFUSED", "SHOWN",
    "Address", "Body", "Day", "Flag", "Id", "Identifier", "Line", "Moment", "Number",
    "Properties", "Query", "Slug", "Text", "Whole", "Words",
    "faults_of", "kind_of", "moment", "row_id",
]  # fmt: skip
