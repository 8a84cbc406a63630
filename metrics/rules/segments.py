"""How a property and its value are written in an address, as one text."""

ESCAPE, BETWEEN = "\\", ":"


def written(key: str, value: str) -> str:
    """Write `plan:Basic`; a colon or backslash of the property's own name gets a backslash."""
    own = key.replace(ESCAPE, ESCAPE * 2).replace(BETWEEN, ESCAPE + BETWEEN)
    return f"{own}{BETWEEN}{value}"


def split(text: str) -> tuple[str, str]:
    """Read what was written; without a colon that stands between them the value is empty."""
    key, rest = "", text
    while rest:
        sign, rest = rest[0], rest[1:]
        if sign == BETWEEN:
            return key, rest
        if sign == ESCAPE and rest[:1] in (ESCAPE, BETWEEN):
            sign, rest = rest[0], rest[1:]
        key += sign
    return key, ""
