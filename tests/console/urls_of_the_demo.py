"""The addresses as the demo mounts them."""

from django.urls import include, path

from cxapp.urls import urlpatterns as product

urlpatterns = [path("inbox/", include("cxapp.demo.inbox.urls")), *product]
