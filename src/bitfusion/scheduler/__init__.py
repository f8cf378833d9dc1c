"""The resource scheduler (SRS): who gets which GPU's memory, when, and for how long. Pure: its service is `srs`."""
