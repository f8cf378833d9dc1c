"""Logs and counts."""
