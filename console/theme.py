"""Light, dark or as the device: what the person chose, for every template."""

from django.http import HttpRequest

COOKIE = "theme"
THEMES = ("light", "dark")


def chosen_theme(request: HttpRequest) -> dict[str, str]:
    """Context processor: anything but a known word in the cookie means as the device."""
    wanted = request.COOKIES.get(COOKIE, "")
    return {"theme": wanted if wanted in THEMES else "auto"}
