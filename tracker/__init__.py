"""Tells people what changed when a privacy policy changed."""

__version__ = "0.1.0"
