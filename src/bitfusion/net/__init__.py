"""Sockets: options, listeners, the first frame, and a client for tests and health checks."""
