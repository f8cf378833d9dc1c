"""Written by bitfusion.api.generate from the API table, never edited."""
