"""The resource scheduler (SRS): owns the GPUs of its host, lends them out, and starts a Dispatcher for each lease."""
