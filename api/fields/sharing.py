"""What all fields share: what may be seen, and how a wrong value is called."""

from typing import Any

HIDDEN = "\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f\\u202a-\\u202e\\u2066-\\u2069"
SHOWN = f"[^{HIDDEN}\\t\\r\\n\\u2028\\u2029]"
LINE = f"^{SHOWN}*$"
_END = f"[^{HIDDEN}\\s\\u2028\\u2029]"
NAME = f"^{_END}({SHOWN}*{_END})?$"
REFUSED = "refused"  # the code of errors that the description cannot foresee: they become 422


def type_of(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    names = {str: "text", int: "a number", float: "a number", dict: "an object", list: "a list"}
    return names.get(type(value), "null")
