"""Bytes <-> frames and calls. Sans-IO: no socket, no clock, no randomness."""
