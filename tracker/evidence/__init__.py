"""Bundles that let somebody else check what stood where and when, with this program or without it."""
