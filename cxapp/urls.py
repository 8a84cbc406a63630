"""Every address of the product: which door it leads to."""

from django.urls import include, path

from cxapp.health import healthz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("api/", include("api.urls")),
    path("", include("respond.urls")),
]
