"""Which static files an installation collects: those of our own pages and nothing else."""

from django.contrib.staticfiles.apps import StaticFilesConfig


class OwnStaticFiles(StaticFilesConfig):
    """Leaves out what no page of ours loads; compressing it took most of a first start."""

    ignore_patterns = [
        *StaticFilesConfig.ignore_patterns,
        "redoc*",
        "rest_framework*",
        "*.LICENSE.txt",
    ]
