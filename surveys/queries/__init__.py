"""What can be read of this stage: rows and frozen dataclasses."""
