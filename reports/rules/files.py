"""Files that are handed out: their forms, and what a browser is told of each."""

from typing import Literal

Form = Literal["csv", "xlsx"]
CONTENT_TYPES: dict[Form, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
