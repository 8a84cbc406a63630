"""Static files are collected as an installation does it: hashed, compressed, nothing missing."""

from django.core.management import call_command
from django.test import override_settings


def test_every_file_can_be_hashed_and_compressed(tmp_path):
    staticfiles = {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    with override_settings(STATIC_ROOT=tmp_path, STORAGES={"staticfiles": staticfiles}):
        call_command("collectstatic", verbosity=0, interactive=False)
    assert (tmp_path / "staticfiles.json").exists()
    assert list(tmp_path.rglob("*.css.br"))
