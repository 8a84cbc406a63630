"""Tests of the plain numbers."""
